// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {HookToken} from "./HookToken.sol";

/// @title A token that moves on signatures, by EIP-2612 and EIP-3009, like many stablecoins, and that calls both ends
/// of a transfer. For tests.
contract SignedToken is HookToken, ERC20Permit("Test token"), ERC3009 {
    function _update(address from, address to, uint256 amount) internal override(ERC20, HookToken) {
        HookToken._update(from, to, amount);
    }
}
