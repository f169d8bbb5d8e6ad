import type { TypedDataField } from 'ethers';

/** The members of a struct that is signed, listed as in Solidity. */
export function members(list: string): TypedDataField[] {
  return list.split(', ').map((member) => {
    const [type = '', name = ''] = member.split(' ');
    return { name, type };
  });
}
