import { getAddress } from 'ethers';
import type { KeyGrantKey } from '../../store/book.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import { keyGrantBody, keyGrantKept, keyGrantList, keyRequestBody, sealedKeys } from './grant-schemas.ts';

const GRANTS = '/contents/{cid}/key-grants';
const PROBLEMS = [
  ...['signature_invalid', 'signature_expired', 'secret_unknown', 'owned_by_another'],
  ...['unknown_content', 'key_grants_off'],
] as const;

/** How providers get the keys of protected videos: they ask, the creator grants, both by a signature. */
export function keyGrantRoutes(context: Context): Route[] {
  return [askRoute(context), grantRoute(context), listRoute(context)];
}

function askRoute({ keyGrants, chain, limitUploads }: Context): Route {
  return route('post', '/contents/{cid}/key-requests', {
    tag: 'Contents',
    summary: 'The secret of a protected video, for a provider that its creator has granted it',
    description:
      'The provider, or its delegate, signs the EIP-712 `KeyRequest(bytes32 contentId,address provider,bytes32 recipient,string audience,uint64 expiresAtSec)` in the domain of the contract. The answer is sealed to `recipient` by HPKE (RFC 9180, base mode): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, `info` "stream-host/1 key grant"; `aad` is chain id, contract, content id, canonical CID and provider, in lower case, with a line feed between each two. A request is good once. Without a grant, here or in `grant`, it is refused, and the creator sees it by `GET /contents/{cid}/key-grants`.',
    params: cidParams,
    body: keyRequestBody,
    guards: limitUploads,
    answer: sealedKeys,
    problems: [
      ...PROBLEMS,
      ...(['authorization_too_long', 'audience_differs', 'key_request_used'] as const),
      ...(['key_not_granted', 'taken_down', 'rate_limited'] as const),
    ],
    handle: async ({ req, params: { cid }, body }) => {
      const { grant, contract = chain.contract, provider } = body;
      const { box, content, untilSec } = await keyGrants.ask(cid, {
        contentId: body.content_id,
        provider,
        recipient: body.recipient,
        audience: body.audience,
        expiresAtSec: body.expires_at_sec,
        contract,
        signature: body.signature,
        grant: grant ? { expiresAtSec: grant.expires_at_sec, signature: grant.signature } : null,
        client: clientIp(req),
      });
      return {
        cid: cid.text,
        ...shownKey({ ...content, provider }),
        content_creator_wallet: getAddress(content.creator),
        granted_until_sec: untilSec,
        enc: Buffer.from(box.enc).toString('base64'),
        ciphertext: Buffer.from(box.ciphertext).toString('base64'),
      };
    },
  });
}

function grantRoute({ keyGrants, chain, limitUploads }: Context): Route {
  return route('put', GRANTS, {
    tag: 'Contents',
    summary: 'Grants a provider the keys of a protected video',
    description:
      "The creator signs the EIP-712 `KeyGrant(bytes32 contentId,address provider,uint64 expiresAtSec)` in the domain of the contract; whoever has the signature may bring it. A grant can't be taken back, and any host that has the secret honours it: grant as you would lend the master tape. Of two of one provider the one that ends later stays.",
    params: cidParams,
    body: keyGrantBody,
    guards: limitUploads,
    answer: keyGrantKept,
    problems: [...PROBLEMS, 'rate_limited'],
    handle: async ({ params: { cid }, body }) => {
      const { content_id: contentId, provider, expires_at_sec: expiresAtSec, signature } = body;
      const { contract = chain.contract } = body;
      await keyGrants.grant(cid, { contentId, provider, expiresAtSec, signature, contract });
      const key = shownKey({ contract, contentId, provider });
      return { message: 'The grant is kept.', cid: cid.text, ...key, expires_at_sec: expiresAtSec };
    },
  });
}

function listRoute({ keyGrants, gate }: Context): Route {
  return route('get', GRANTS, {
    tag: 'Contents',
    summary: 'Who asks for the keys of a protected video, and who was granted them',
    params: cidParams,
    session: true,
    answer: keyGrantList,
    problems: ['secret_unknown', 'owned_by_another'],
    handle: async ({ req, params: { cid } }) => {
      const { wallet } = await gate.session(req);
      const { requests, grants } = await keyGrants.of(cid, wallet);
      return {
        cid: cid.text,
        content_creator_wallet: wallet,
        requests: requests.map(({ askedAtSec, untilSec, ...of }) => ({
          ...{ ...shownKey(of), asked_at_sec: askedAtSec, until_sec: untilSec },
        })),
        grants: grants.map(({ expiresAtSec, signature, keptAtSec, givenAtSec, ...of }) => ({
          ...{ ...shownKey(of), expires_at_sec: expiresAtSec, signature },
          ...{ kept_at_sec: keptAtSec, given_at_sec: givenAtSec },
        })),
      };
    },
  });
}

function shownKey({ contentId, contract, provider }: KeyGrantKey) {
  return { content_id: contentId, contract: getAddress(contract), provider: getAddress(provider) };
}
