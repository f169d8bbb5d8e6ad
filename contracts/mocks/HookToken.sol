// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITokenHook} from "./ITokenHook.sol";
import {TestToken} from "./TestToken.sol";

/// @title A token that calls both ends of a transfer, sender before and recipient after, like ERC-777. For tests.
contract HookToken is TestToken {
    function _update(address from, address to, uint256 amount) internal override {
        if (from.code.length != 0) ITokenHook(from).onTokenTransfer();
        super._update(from, to, amount);
        if (to.code.length != 0 && to != msg.sender) ITokenHook(to).onTokenTransfer();
    }
}
