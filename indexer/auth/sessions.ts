import { getAddress, isAddress } from 'ethers';
import { errors, jwtVerify, SignJWT } from 'jose';
import { SessionRefused } from './errors.ts';

/** Who is signed in, and until when. */
export interface Session {
  /** Checksummed. */
  wallet: string;
  expiresAtSec: number;
}

/** Sessions as signed tokens (JWT, HS256): any process with the key knows them, none stores them. */
export interface Sessions {
  issue(session: Session, nowSec: number): Promise<string>;
  /** @throws {SessionRefused} */
  read(token: string, nowSec: number): Promise<Session>;
}

const ISSUER = 'stream-host';
const ALGORITHM = 'HS256';

/** @param chainId a session counts on one chain only. */
export function createSessions({ key, chainId }: { key: Uint8Array; chainId: number }): Sessions {
  const audience = `eip155:${chainId}`;

  return {
    issue: ({ wallet, expiresAtSec }, nowSec) =>
      new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(audience)
        .setSubject(wallet)
        .setIssuedAt(nowSec)
        .setExpirationTime(expiresAtSec)
        .sign(key),
    async read(token, nowSec) {
      const options = {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(nowSec * 1_000),
      };
      try {
        const { sub, exp } = (await jwtVerify(token, key, options)).payload;
        if (!isAddress(sub) || exp === undefined) throw new TypeError('the token names no wallet');
        return { wallet: getAddress(sub), expiresAtSec: exp };
      } catch (cause) {
        throw new SessionRefused({
          fault: cause instanceof errors.JWTExpired ? 'expired' : 'invalid',
          cause,
        });
      }
    },
  };
}
