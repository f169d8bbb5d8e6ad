// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Nonces and signatures by which an account lets somebody else submit, and pay the gas of, its call.
/// @notice Nonces are unordered: any unused 256-bit number will do, in any order. One bitmap per account
/// serves its signatures and, for a sponsor, its sponsored records, so draw nonces at random or by lanes. A signature
/// that nobody submitted stays good until its deadline and can overtake newer ones: what replaces it should have the
/// same nonce, so that only one of them ever counts.
/// @dev A signature is EIP-712 typed data in the domain { name: "StreamHost", version: "1", chainId,
/// verifyingContract }, readable by EIP-5267's `eip712Domain()`. A plain 65-byte ECDSA signature of the account
/// is tried first, then ERC-1271 `isValidSignature`, whatever code the account has.
interface ISignedCalls {
    /// @notice `account` used up the nonces `word << 8 | n` for each bit n of `mask`: whatever was signed with one of
    /// them can't be submitted any more.
    event NonceInvalidated(address indexed account, uint256 word, uint256 mask);

    /// @notice The nonce was used or invalidated before.
    error NonceUsed(address account, uint256 nonce);

    /// @notice The signature was valid up to and including `deadlineSec` (Unix time).
    error SignatureExpired(uint256 deadlineSec);

    /// @notice No nonce is in this word: nonces have 256 bits, of which a word names the upper 248.
    error WordTooLarge(uint256 word);

    /// @notice The signature is neither an ECDSA signature of `account` over this call nor accepted by its code, nor,
    /// where that counts, one of its delegate.
    error SignatureInvalid(address account);

    /// @notice Uses up the caller's nonces `word << 8 | n` for each bit n of `mask`, so that what was signed with them
    /// becomes void. Those that were used before stay used.
    /// @param word Less than 2^248: the nonces' upper bits.
    function invalidateNonces(uint256 word, uint256 mask) external;

    /// @notice Whether `account` has used or invalidated `nonce`.
    function isNonceUsed(address account, uint256 nonce) external view returns (bool);

    /// @notice The EIP-712 domain separator on this chain.
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}
