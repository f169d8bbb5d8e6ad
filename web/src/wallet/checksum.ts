/** Loaded when a wallet connects, not with the page: the checksum needs a hash function. */
export { getAddress as checksummed } from 'ethers';
