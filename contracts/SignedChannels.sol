// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedCalls} from "./SignedCalls.sol";
import {ISignedChannels} from "./interfaces/ISignedChannels.sol";
import {TypeHashes} from "./libraries/TypeHashes.sol";
import {PaymentChannels} from "./PaymentChannels.sol";

/// @title Implements {ISignedChannels}.
abstract contract SignedChannels is ISignedChannels, PaymentChannels, SignedCalls {
    /// @inheritdoc ISignedChannels
    function initiateWithdrawBySig(
        Channel calldata channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeExit(TypeHashes.INITIATE_WITHDRAW, channel, nonce, deadline, signature);
        _initiateWithdraw(channel);
    }

    /// @inheritdoc ISignedChannels
    function cancelWithdrawBySig(
        Channel calldata channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeExit(TypeHashes.CANCEL_WITHDRAW, channel, nonce, deadline, signature);
        _cancelWithdraw(channel);
    }

    function _authorizeExit(
        bytes32 typeHash,
        Channel calldata channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) private {
        // The channel's five members are encoded one after the other, as members of the signed struct.
        bytes32 structHash = keccak256(abi.encode(typeHash, channel, nonce, deadline));
        _authorize(channel.viewer, NOBODY, structHash, nonce, deadline, signature);
    }
}
