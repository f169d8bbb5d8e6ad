// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Nonces and signatures by which an account lets somebody else submit, and pay the gas of, its call.
/// @notice Nonces are unordered: any unused 256-bit number will do, in any order. One bitmap per account
/// serves its signatures and, for a sponsor, its sponsored records, so draw nonces at random or by lanes.
/// @dev A signature is EIP-712 typed data in the domain { name: "StreamHost", version: "1", chainId,
/// verifyingContract }, readable by EIP-5267's `eip712Domain()`. A plain 65-byte ECDSA signature of the account
/// is tried first, then ERC-1271 `isValidSignature`, whatever code the account has.
interface IAuthorizations {
    /// @notice `account` used up `nonce` itself: whatever was signed with it can't be submitted any more.
    event NonceInvalidated(address indexed account, uint256 nonce);

    /// @notice The nonce was used or invalidated before.
    error NonceUsed(address account, uint256 nonce);

    /// @notice The signature was valid up to and including `deadlineSec` (Unix time).
    error SignatureExpired(uint256 deadlineSec);

    /// @notice The signature is neither an ECDSA signature of `account` over this call nor accepted by its code.
    error SignatureInvalid(address account);

    /// @notice Uses up one of the caller's nonces, so that what was signed with it becomes void.
    /// Reverts with `NonceUsed` if it is too late. Several at once: `multicall`.
    function invalidateNonce(uint256 nonce) external;

    /// @notice Whether `account` has used or invalidated `nonce`.
    function isNonceUsed(address account, uint256 nonce) external view returns (bool);

    /// @notice The EIP-712 domain separator on this chain.
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}
