const STATEMENT = 'Sign in to upload and to see what is yours. This sends nothing and costs nothing.';
const GOOD_FOR_MS = 24 * 3_600_000;

interface SignIn {
  /** Checksummed. */
  address: string;
  nonce: string;
  chainId: number;
  /** Of the page. */
  origin: string;
  now: Date;
}

/**
 * The text that a wallet signs to sign in (EIP-4361). Made here and not by the host: wallets warn where a text names
 * another site than the page's.
 */
export function signInMessage({ address, nonce, chainId, origin, now }: SignIn): string {
  return [
    `${new URL(origin).host} wants you to sign in with your Ethereum account:`,
    address,
    '',
    STATEMENT,
    '',
    `URI: ${origin}`,
    'Version: 1',
    `Chain ID: ${chainId}`,
    `Nonce: ${nonce}`,
    `Issued At: ${now.toISOString()}`,
    `Expiration Time: ${new Date(now.getTime() + GOOD_FOR_MS).toISOString()}`,
  ].join('\n');
}
