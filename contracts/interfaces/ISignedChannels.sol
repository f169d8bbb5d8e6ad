// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "./IPaymentChannels.sol";

/// @title How a viewer leaves a channel by signature: without native coin, and without help of the provider.
/// @notice Anyone may submit a call that `channel.viewer` signed; it has the effect, the events and the errors it would
/// have if the viewer had made it, and those of {ISignedCalls}. `finalizeWithdraw` and `withdrawFor`, which anyone may
/// call, then bring the money to the viewer. `deadline` is Unix time in seconds.
interface ISignedChannels {
    /// @notice `initiateWithdraw` for `channel.viewer`, on its signature of `InitiateWithdraw(address viewer,
    /// address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline)`.
    function initiateWithdrawBySig(
        IPaymentChannels.Channel calldata channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice `cancelWithdraw` for `channel.viewer`, on its signature of `CancelWithdraw(address viewer,
    /// address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline)`.
    function cancelWithdrawBySig(
        IPaymentChannels.Channel calldata channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;
}
