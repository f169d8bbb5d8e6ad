// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISignedCalls} from "./interfaces/ISignedCalls.sol";

/// @title Implements {ISignedCalls}.
abstract contract SignedCalls is ISignedCalls, EIP712("StreamHost", "1") {
    /// @dev 256 of an account's nonces, in memory while many of them are used in a row.
    struct NonceWord {
        uint256 index;
        uint256 bits;
    }

    /// @dev In place of a delegate, where only the account itself can sign.
    address internal constant NOBODY = address(0);
    /// @dev No nonce is in this word: indices are below 2^248.
    uint256 private constant NO_WORD = type(uint256).max;

    /// @dev Bit n % 256 of word n / 256 is set once nonce n is used.
    mapping(address account => mapping(uint256 word => uint256 bits)) private _nonces;

    /// @inheritdoc ISignedCalls
    function invalidateNonces(uint256 word, uint256 mask) external {
        if (word >> 248 != 0) revert WordTooLarge(word);
        _nonces[msg.sender][word] |= mask;
        emit NonceInvalidated(msg.sender, word, mask);
    }

    /// @inheritdoc ISignedCalls
    function isNonceUsed(address account, uint256 nonce) external view returns (bool) {
        return _nonces[account][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @inheritdoc ISignedCalls
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @dev Uses up the account's nonce and reverts unless it, or the delegate, signed `structHash` before the deadline.
    /// ECDSA comes first even if the account has code: an EIP-7702 account signs like any other. Whoever signs, the nonce
    /// is the account's: were it the delegate's, a wallet of code that takes the same signature would honour it again.
    function _authorize(
        address account,
        address delegate,
        bytes32 structHash,
        uint256 nonce,
        uint256 deadlineSec,
        bytes calldata signature
    ) internal {
        if (block.timestamp > deadlineSec) revert SignatureExpired(deadlineSec);
        _useNonce(account, nonce);
        bytes32 digest = _hashTypedDataV4(structHash);
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        bool signed = signer == account || signer == delegate;
        if (failure == ECDSA.RecoverError.NoError && signed) return;
        if (!SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature)) {
            revert SignatureInvalid(account);
        }
    }

    /// @dev Reverts unless the nonce was unused; it is used from now on.
    function _useNonce(address account, uint256 nonce) private {
        NonceWord memory held = _noNonces();
        if (!_takeNonce(held, account, nonce)) revert NonceUsed(account, nonce);
        _storeNonces(held, account);
    }

    function _noNonces() internal pure returns (NonceWord memory held) {
        held.index = NO_WORD;
    }

    /// @dev Whether the nonce was unused; it is used from now on, once `held` is stored.
    function _takeNonce(NonceWord memory held, address account, uint256 nonce) internal returns (bool fresh) {
        uint256 index = nonce >> 8;
        if (index != held.index) {
            _storeNonces(held, account);
            held.index = index;
            held.bits = _nonces[account][index];
        }
        uint256 bit = 1 << (nonce & 0xff);
        fresh = held.bits & bit == 0;
        held.bits |= bit;
    }

    function _storeNonces(NonceWord memory held, address account) internal {
        if (held.index != NO_WORD) _nonces[account][held.index] = held.bits;
    }
}
