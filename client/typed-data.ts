import { TypedDataEncoder, type TypedDataField } from 'ethers';

/** Where signatures are good. */
export interface Deployment {
  chainId: number;
  contract: string;
}

/** The contract's domain of what is signed (EIP-712). */
export function domainOf({ chainId, contract }: Deployment) {
  return { name: 'StreamHost', version: '1', chainId, verifyingContract: contract };
}

/** Types by their names, from their fields as Solidity writes them: `address viewer,uint256 nonce`. */
export function typesOf(types: Readonly<Record<string, string>>): Record<string, TypedDataField[]> {
  const fields = (text: string) =>
    text.split(',').map((field) => {
      const [type = '', name = ''] = field.split(' ');
      return { name, type };
    });
  return Object.fromEntries(Object.entries(types).map(([name, text]) => [name, fields(text)]));
}

/** What a key signs. */
export function digestOf(where: Deployment, types: ReturnType<typeof typesOf>, message: object): string {
  return TypedDataEncoder.hash(domainOf(where), types, message);
}
