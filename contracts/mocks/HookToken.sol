// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITokenHook} from "./ITokenHook.sol";
import {TestToken} from "./TestToken.sol";

/// @title A token that calls both ends of a transfer, sender before and recipient after, like ERC-777. For tests.
contract HookToken is TestToken {
    function _update(address from, address to, uint256 amount) internal virtual override {
        _call(from);
        super._update(from, to, amount);
        _call(to);
    }

    /// @dev Whatever comes of it.
    function _call(address account) private {
        if (account.code.length == 0) return;
        try ITokenHook(account).onTokenTransfer() {} catch {}
    }
}
