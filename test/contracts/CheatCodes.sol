// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The cheat codes that these tests use, of the many that the test runner knows.
interface ICheatCodes {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    /// @dev From now on logs are kept...
    function recordLogs() external;

    /// @dev ... until they are asked for.
    function getRecordedLogs() external returns (Log[] memory logs);

    /// @dev The next call comes from `sender`.
    function prank(address sender) external;

    /// @dev Sets the time of the block.
    function warp(uint256 timestampSec) external;

    /// @dev Sets the chain's id.
    function chainId(uint256 id) external;

    /// @dev Sets the native balance of an account.
    function deal(address account, uint256 amount) external;

    /// @dev The next call must revert with exactly this data.
    function expectRevert(bytes calldata revertData) external;

    /// @dev The account of a private key.
    function addr(uint256 privateKey) external pure returns (address account);

    /// @dev What deploys a compiled contract, named `File.sol:Contract`, before its arguments.
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

/// @dev Where every test finds them.
ICheatCodes constant VM = ICheatCodes(address(uint160(uint256(keccak256("hevm cheat code")))));
