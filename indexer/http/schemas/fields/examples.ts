/** Values that work, shown in the API documentation and in problems. The wallets are public test accounts. */
export const EXAMPLE = {
  cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  creator: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  provider: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  viewer: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
  native: '0x0000000000000000000000000000000000000000',
  contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  hash: '0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b',
  time: '2023-07-31T12:00:00Z',
} as const;
