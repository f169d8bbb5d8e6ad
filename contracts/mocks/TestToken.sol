// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title An honest token that anyone may mint. For tests.
contract TestToken is ERC20("Test token", "TEST") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
