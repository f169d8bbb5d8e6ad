// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @title A token whose issuer freezes accounts, to which it then answers false, and takes what they hold. For tests.
contract FreezingToken is TestToken {
    mapping(address account => bool frozen) private _isFrozen;

    function freeze(address account, bool isFrozen) external {
        _isFrozen[account] = isFrozen;
    }

    function seize(address account, uint256 amount) external {
        _burn(account, amount);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !_isFrozen[msg.sender] && !_isFrozen[to] && super.transfer(to, amount);
    }
}
