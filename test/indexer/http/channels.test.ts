import { expect } from 'chai';
import { keccak256, parseEther, toBeHex, Wallet, ZeroAddress } from 'ethers';
import { domainOf } from '../../contracts/signed.ts';
import { packBatch, signVoucher } from '../../contracts/vouchers.ts';
import { CREATOR, OTHER, PROVIDER, REGISTRATION, UPLOAD, useApi, VIEWER } from './api.ts';

type Row = Record<string, unknown>;

const AUTHORIZER = new Wallet(keccak256('0x01'));
const NAMED = [PROVIDER, ZeroAddress, AUTHORIZER.address, toBeHex(7, 32)] as const;
const PRICE = parseEther('0.001');

describe('payment channels over REST', () => {
  const api = useApi();
  let cid: string;
  let id: string;

  before(async () => {
    ({ cid } = (await api.upload('a video', UPLOAD)).body.meta as { cid: string });
    const { body } = await api.post('/register', { ...REGISTRATION, cid });
    const { content_id: contentId } = body.server as { content_id: string };
    const viewer = api.as(3);
    await viewer.open(...NAMED, 5n * PRICE, { value: 5n * PRICE });
    const [viewerAddress, chainId] = [VIEWER, (await viewer.runner?.provider?.getNetwork())?.chainId ?? 0n];
    const [provider, token, authorizer, salt] = NAMED;
    id = await viewer.channelIdOf({ viewer: viewerAddress, provider, token, authorizer, salt });
    const domain = domainOf(String(await viewer.getAddress()), chainId);
    const items = [{ contentId, units: 2n, unitPrice: PRICE }];
    const signed = await Promise.all([
      signVoucher(AUTHORIZER, domain, { channelId: id, epoch: 1n, seq: 0n, items }),
      signVoucher(AUTHORIZER, domain, { channelId: id, epoch: 2n, seq: 1n, items }),
    ]);
    const { contents, vouchers } = packBatch(signed);
    await api.as(2).claim(PROVIDER, ZeroAddress, contents, vouchers);
    await viewer.initiateWithdraw(...NAMED);
    await api.settled();
  });

  it('GET /channels/{id} shows what it holds and what happened, newest first', async () => {
    const { status, body } = await api.get(`/channels/${id.toUpperCase().replace('0X', '0x')}`);
    expect(status).to.equal(200);
    const [channel] = body.channels as [Row & { events: Row[] }];
    expect(channel).to.include({
      channel_id: id,
      viewer_wallet: VIEWER,
      provider_wallet: PROVIDER,
      authorizer: AUTHORIZER.address,
      salt: NAMED[3],
      token_symbol: 'ETH',
      deposit: '0.003',
      claimed: '0.002',
      claimed_base_units: '2000000000000000',
      epoch: 1,
      next_seq: 1,
    });
    expect(Date.parse(String(channel.withdrawable_at))).to.be.above(Date.parse(String(channel.opened_at)));
    expect(channel.events.map(({ kind, amount, seq, reason }) => [kind, amount, seq, reason])).to.deep.equal([
      ['withdraw_initiated', null, null, null],
      ['rejected', null, 1, 'epoch_invalid'],
      ['claimed', '0.002', 0, null],
      ['deposited', '0.005', null, null],
      ['opened', null, null, null],
    ]);
  });

  it('the items of a voucher are in the history with source voucher, and in the earnings', async () => {
    const { body } = await api.get(`/api/get-records/viewer/${VIEWER}`);
    const [record] = body.records as Row[];
    expect(record).to.include({
      ...{ cid, source: 'voucher', settled: true, units: 2, price: '0.001', amount: '0.002' },
      ...{ creator_amount: '0.0014', provider_amount: '0.0006', provider_wallet: PROVIDER },
    });
    const earned = async (wallet: string) => {
      const { by_coin } = (await api.get(`/wallets/${wallet}/earnings`)).body;
      return (by_coin as Row[])[0]?.balance;
    };
    expect([await earned(CREATOR), await earned(PROVIDER)]).to.deep.equal(['0.0014', '0.0006']);
  });

  it('a channel of the same parties, key and salt at an older deployment stands beside it', async () => {
    await api.as(3, api.older).open(...NAMED, PRICE, { value: PRICE });
    await api.settled();
    const { body } = await api.get(`/channels/${id}`);
    const found = body.channels as Row[];
    expect(found.map(({ contract, deposit }) => [contract, deposit])).to.deep.equal([
      [api.older, '0.001'],
      [await api.as(3).getAddress(), '0.003'],
    ]);
  });

  it('GET /wallets/{wallet}/channels lists them, as whom one asks for', async () => {
    const listed = async (wallet: string, query = '') => {
      const { body } = await api.get(`/wallets/${wallet}/channels${query}`);
      return (body.channels as Row[]).map(({ channel_id }) => channel_id);
    };
    expect(await listed(VIEWER)).to.deep.equal([id, id]);
    expect(await listed(PROVIDER, '?role=provider')).to.deep.equal([id, id]);
    expect(await listed(PROVIDER, '?role=viewer')).to.deep.equal([]);
    expect(await listed(OTHER)).to.deep.equal([]);
    expect(await listed(VIEWER, `?role=viewer&provider=${PROVIDER}`)).to.deep.equal([id, id]);
    expect(await listed(VIEWER, `?provider=${OTHER}`)).to.deep.equal([]);
  });

  it('refuses what is no id, no channel, no role and no cursor', async () => {
    const refused = async (path: string) => {
      const { status, body } = await api.get(path);
      return [status, body.code, body.field];
    };
    expect(await refused('/channels/0x1234')).to.deep.equal([400, 'bad_channel_id', 'id']);
    expect(await refused(`/channels/${keccak256('0x02')}`)).to.deep.equal([404, 'unknown_channel', 'id']);
    expect(await refused(`/wallets/${VIEWER}/channels?role=creator`)).to.deep.equal([
      400,
      'invalid_field',
      'role',
    ]);
    expect(await refused(`/wallets/${VIEWER}/channels?cursor=x`)).to.deep.equal([
      400,
      'bad_cursor',
      'cursor',
    ]);
  });
});
