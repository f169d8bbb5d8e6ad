import { pathsOf } from '../config/paths.ts';
import type { HostContract } from '../contract/stream-host.ts';
import { repeat } from '../lib/repeat.ts';
import { KeyGrants } from '../playback/grants/key-grants.ts';
import { ContentSecrets } from '../playback/keys/content-secrets.ts';
import { createReceiptSigner } from '../playback/keys/receipts.ts';
import { UnitKeys } from '../playback/keys/unit-keys.ts';
import { Elsewhere } from '../playback/moving/elsewhere.ts';
import { takeOver } from '../playback/moving/take-over.ts';
import { Looks } from '../playback/probes/looks.ts';
import { Probing } from '../playback/probes/probing.ts';
import { Proofs } from '../playback/probes/proofs.ts';
import { createReach } from '../playback/probes/reach.ts';
import { StreamHealth } from '../playback/probes/stream-health.ts';
import { createProvider, type Provider } from '../playback/provider.ts';
import { Serving } from '../playback/serving.ts';
import { Listings } from '../publishing/listing.ts';
import type { ListingDeps } from '../publishing/publication.ts';
import { openKeysSecret } from '../secrets/keys-secret.ts';
import { contentSecretOf } from '../secrets/names.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { OpenWriting } from './writing.ts';

type OpenKeys = Awaited<ReturnType<typeof openKeys>>;

/** The key under which secrets lie in the book, and the keys that these make. @throws {KeysSecretWrong} */
export async function openKeys({ config, book, storage }: Infrastructure) {
  const { keysSecret: configured, keysSecretOld: former } = config;
  const key = await openKeysSecret({ configured, former, file: pathsOf(config).keysSecret, book });
  const secretOf = async (cidKey: string, creator: string) => {
    const owner = creator.toLowerCase();
    const sealed = await book.contentSecret(cidKey, owner);
    return sealed && key.open(sealed, contentSecretOf(cidKey, owner));
  };
  const keepSecret = (cidKey: string, creator: string, secret: Uint8Array) => {
    const owner = creator.toLowerCase();
    return book.bringSecret(cidKey, owner, key.seal(secret, contentSecretOf(cidKey, owner)));
  };
  return { key, unitKeys: new UnitKeys({ storage, secretOf }), secretOf, keepSecret };
}

/** What this host sells, and for whom. `signal` ends all trying. */
export function openOwnServing(
  infrastructure: Infrastructure,
  { check: callCheck, relay, writer }: OpenWriting,
  { contract, keys, signal }: { contract: HostContract; keys: OpenKeys; signal: AbortSignal },
) {
  const { config, network, overrides, takesOver } = infrastructure;
  const { publicUrl = (own: string) => config.publicUrl ?? own } = overrides;
  const { operator: wallet } = network;
  const earner = config.providerWallet ?? wallet?.address;
  let url = '';
  const provider = earner === undefined ? null : createProvider(earner, () => publicUrl(url));
  const isProtected = isProtectedBy(keys.unitKeys);
  const isLocked = (cidKey: string, creator: string) => keys.unitKeys.isLocked(cidKey, creator.toLowerCase());
  const { unsigned } = network;
  // Where nobody signs, the chain is this process's own.
  const elsewhere = new Elsewhere({ ...infrastructure, provider, isAlone: unsigned !== null });
  const asks = { callCheck, isProtected, isLocked, signal, elsewhere };
  const parts = { provider, wallet, writer, relay, contract, ...asks };
  let isTakingOver = takesOver;
  const deps = { ...infrastructure, ...parts, isTakingOver: () => isTakingOver };
  const serving = new Serving(deps);
  const move = async () => {
    try {
      await takeOver({ ...deps, serving }, { endsOthers: takesOver });
      isTakingOver = false;
    } catch (error) {
      if (!signal.aborted) infrastructure.log.error({ err: error }, 'streams could not be moved here');
    }
  };
  const secrets = new ContentSecrets({
    ...{ ...infrastructure, ...keys, provider },
    serveWhatCan: () => void serving.fulfil(),
  });
  const { start: startProbes, ...probes } = openProbes(infrastructure, { provider, signal });
  return {
    ...probes,
    /** `null` on a host that serves for nobody: without a key and without PROVIDER_WALLET. */
    provider,
    serving,
    elsewhere,
    secrets,
    keyGrants: new KeyGrants({
      ...{ ...infrastructure, contract, secrets },
      isOn: config.keyGrants === 'signed',
      audience: () => new URL(publicUrl(url)).origin,
    }),
    signReceipt: createReceiptSigner({ ...deps, chainId: network.facts.chainId }),
    /** To be called once the host listens: its own address may be known only then. @returns what ends it. */
    startAt(own: string) {
      url = own;
      if (takesOver || unsigned !== null) void move();
      const ends = [serving.start(), startProbes()];
      return async () => void (await Promise.all(ends.map((end) => end())));
    },
  };
}

/** What creators put on chain through this host. */
export function openListings(
  { chain, store }: Infrastructure,
  {
    contract,
    unitKeys,
    writer,
    tokens,
  }: Pick<ListingDeps, 'writer' | 'tokens'> & { contract: HostContract; unitKeys: UnitKeys },
): Listings {
  const termsInForce: typeof contract.termsInForce = (at, contentId) => contract.termsInForce(at, contentId);
  const isProtected = isProtectedBy(unitKeys);
  return new Listings({ writer, tokens, store, isProtected, chain: { ...chain, termsInForce } });
}

function isProtectedBy(unitKeys: UnitKeys): ListingDeps['isProtected'] {
  return (cidKey, creator) => unitKeys.canOpen(cidKey, creator);
}

/** What this host finds of everybody's streams. `signal` ends all looking. */
function openProbes(
  infrastructure: Infrastructure,
  { provider, signal }: { provider: Provider | null; signal: AbortSignal },
) {
  const { config, network, store, book, chain } = infrastructure;
  const { probes = network.isEmbedded ? 'off' : 'on', probeEverySec: everySec, probesPerMinute } = config;
  // On the development chain all are on this machine.
  const allowsPrivate = probes === 'private' || network.isEmbedded;
  const reach = createReach({ allowsPrivate, signal });
  const { chainId } = network.facts;
  const health = new StreamHealth({ book, store, provider });
  const isReady = () => chain.status().synced && !signal.aborted;
  const probing = new Probing({ ...infrastructure, reach, chainId, health, provider, everySec, isReady });
  const start = () => {
    if (probes === 'off') return () => probing.forget();
    const stop = repeat(60_000 / probesPerMinute, async () => void (await probing.begin()));
    return async () => {
      await stop();
      await probing.idle();
    };
  };
  const proofs = new Proofs({ ...infrastructure, reach, chainId, health });
  const looks = new Looks({
    ...{ ...infrastructure, chainId, provider },
    reach: (ends) => createReach({ allowsPrivate, signal: AbortSignal.any([signal, ends]) }),
  });
  return { health, proofs, looks, start };
}
