import { abi as streamHost } from '../../../artifacts/contracts/StreamHost.sol/StreamHost.json';

export const STREAM_HOST_ABI = streamHost;
export const ERC20_ABI = [
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function balanceOf(address owner) view returns (uint256)',
];
