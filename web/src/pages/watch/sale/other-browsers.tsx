import type { ChannelAnswer, Content } from '../../../api/answers.ts';
import { announce } from '../../../api/changes.ts';
import { host } from '../../../api/host.ts';
import { useResource } from '../../../api/resource.ts';
import { useChain } from '../../../chain.tsx';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Time } from '../../../components/time.tsx';
import { sameHex } from '../../../lib/same-hex.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import type { SaleState } from '../../../playback/sale/state.ts';
import { useWallet } from '../../../wallet/wallet.ts';
import { baseText } from './amounts.ts';
import { Rest } from './rest.tsx';
import { useSaleAction } from './use-sale-action.ts';

interface OtherBrowsersProps {
  content: Content;
  /** Who sells it. */
  provider: string;
  sale: Sale;
  state: SaleState;
  /** Keeps to the provider. */
  stay: () => void;
}

const UNLOCKING = {
  wallet: 'Sign in your wallet: it shows the provider who you are, and costs nothing.',
  pending: 'Signed. The provider looks for what is open …',
  done: 'What is paid is open here.',
};

/** What the wallet has paid this provider from other browsers: opened here by a signature, and the rest had back. */
export function OtherBrowsers({ content, provider, sale, state, stay }: OtherBrowsersProps) {
  const address = useWallet()?.address;
  const { data } = useResource(address === undefined ? null : host.channelsOf(address, provider));
  const own = sale.channelId();
  const others = (data?.channels ?? []).filter(
    (each) => each.channel_id !== own && isWith(each, { provider, ...content }),
  );
  const unlock = useSaleAction({
    ...{ name: 'unlock', content, isSigned: true, onDone: () => undefined },
    perform: (means) => sale.unlock(means),
  });
  const start = () => {
    stay();
    // Without a deposit here nothing can be paid; with one, "Play" is what allows it.
    if (!state.hasDeposit) sale.pay();
    unlock.start();
  };
  if (others.length === 0) return null;
  return (
    <Notice tone="good" title="This wallet has paid this provider from another browser.">
      {!state.isUnlocked && (
        <>
          <p>What is open there opens here by one signature. It sends nothing, and costs nothing.</p>
          <ActionButton action={{ ...unlock, start }} labels={UNLOCKING} look="quiet">
            Open it here
          </ActionButton>
        </>
      )}
      {others.map((each) => (
        <OtherDeposit key={each.channel_id} content={content} sale={sale} channel={each} />
      ))}
    </Notice>
  );
}

function isWith(
  { contract, provider_wallet, token }: ChannelAnswer,
  with_: Pick<Content, 'contract' | 'token'> & { provider: string },
): boolean {
  return (
    sameHex(contract, with_.contract) &&
    sameHex(provider_wallet, with_.provider) &&
    sameHex(token, with_.token)
  );
}

interface OtherDepositProps {
  content: Content;
  sale: Sale;
  channel: ChannelAnswer;
}

/** What its vouchers take is known to that browser and the provider alone. */
function OtherDeposit({ content, sale, channel }: OtherDepositProps) {
  const { chain_id: chainId } = useChain();
  const { channel_id: channelId, viewer_wallet: viewer, provider_wallet: provider } = channel;
  const { contract, token, authorizer, salt, withdrawable_at } = channel;
  const deposit = BigInt(channel.deposit_base_units);
  if (deposit === 0n) return null;
  const named = { chainId, contract, channelId, viewer, provider, token, authorizer, salt };
  const withdrawableAtSec = withdrawable_at === null ? null : Date.parse(withdrawable_at) / 1000;
  return (
    <>
      <p>
        Up to {baseText(content, deposit)} are left there. It was put aside <Time iso={channel.opened_at} />.
        Once taken back, that browser buys nothing more.
      </p>
      <Rest
        {...{ content, sale }}
        otherId={channelId}
        label="Take it back"
        balance={{ deposit, left: deposit, withdrawableAtSec }}
        leave={(means) => sale.leave(means, named)}
        collect={(means) => sale.collect(means, named)}
        again={() => announce()}
      />
    </>
  );
}
