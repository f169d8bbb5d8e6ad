// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What these tests call of the tokens in contracts/mocks/, which they deploy as they were compiled there: to
/// compile them again takes as long as a test.
interface ITestToken {
    function mint(address to, uint256 amount) external;

    function balanceOf(address account) external view returns (uint256 amount);

    function DOMAIN_SEPARATOR() external view returns (bytes32 separator);
}
