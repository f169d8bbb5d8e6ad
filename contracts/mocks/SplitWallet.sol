// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title A wallet whose owner makes it call, and signs for it what holds for this wallet alone: the hash within typed
/// data of the wallet's own domain, as Splits v2 and Coinbase's smart wallet do. For tests.
contract SplitWallet is IERC1271, EIP712("splitWallet", "2.1") {
    struct Call {
        address to;
        uint256 value;
        bytes data;
    }

    bytes32 private constant MESSAGE = keccak256("SplitWalletMessage(bytes32 hash)");

    address private immutable _owner;

    error NotOwner(address account);
    error CallFailed(bytes data);

    constructor(address owner) {
        _owner = owner;
    }

    receive() external payable {}

    function execCalls(Call[] calldata calls) external {
        if (msg.sender != _owner) revert NotOwner(msg.sender);
        for (uint256 i; i < calls.length; ++i) {
            (bool success, bytes memory data) = calls[i].to.call{value: calls[i].value}(calls[i].data);
            if (!success) revert CallFailed(data);
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(MESSAGE, hash)));
        return ECDSA.recover(digest, signature) == _owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
