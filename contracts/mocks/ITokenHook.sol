// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What {HookToken} calls at both ends of a transfer. For tests.
interface ITokenHook {
    function onTokenTransfer() external;
}
