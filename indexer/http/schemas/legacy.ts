import { z } from 'zod';
import { out } from './answers.ts';
import { mediaRemoval } from './contents.ts';
import { cid, cursor, EXAMPLE, longLimit, namedObject, wallet } from './fields/fields.ts';
import { registerAnswer } from './streams.ts';

/** Its pages know no pages: they are as long as any, and the next one is named in the Link header. */
export const listQuery = z.strictObject({ limit: longLimit, cursor });

export const byWalletAndCid = z.strictObject({
  wallet: wallet(EXAMPLE.provider, "The provider's wallet"),
  cid,
});

/** Its clients calculate with it. Whoever needs every digit reads the other answers. */
const price = z.number().meta({ description: "In the coin's unit, as a number", example: 0.001 });
const server = registerAnswer.shape.server.extend({ price });
const servers = z.array(server);
const grouped = (key: string) => z.record(z.string().meta({ description: key }), servers);

export const oneStream = namedObject('FirstVersionStream', { cid: out.cid, server });
export const streamsOfCid = namedObject('FirstVersionStreamsOfCid', { cid: out.cid, servers });
export const streamsByCid = namedObject('FirstVersionStreamsByCid', { matching_cids: grouped('CID') });
export const streamsByUid = namedObject('FirstVersionStreamsByUid', {
  matching_cids: grouped("The provider's wallet"),
});
export const streamsOfWallet = namedObject('FirstVersionStreamsOfWallet', { results: grouped('CID') });
export const streamsOfWalletAndCid = namedObject('FirstVersionStreamsOfWalletAndCid', {
  wallet: out.provider,
  servers,
});

/** The documented columns and nothing else. */
export const metadata = server
  .pick({
    ...{ cid: true, video_name: true, content_creator_wallet: true },
    ...{ creator_share: true, provider_share: true, price: true },
  })
  .meta({ id: 'FirstVersionMetadata' });
export const allMetadata = namedObject('FirstVersionAllMetadata', { metadata: z.array(metadata) });

/** What a creator takes away; its client named nobody. */
export const removal = mediaRemoval.partial().meta({ id: 'FirstVersionRemoval' });
