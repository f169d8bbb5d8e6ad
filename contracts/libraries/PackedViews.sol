// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamHost} from "../interfaces/IStreamHost.sol";

/// @title Reads packed views from calldata and writes the data of `ViewsSponsored`, each byte once.
/// @dev A view is 53 bytes in calldata: viewer (20), provider (20), units (4), viewTimeSec (5), counter (4). In the
/// log 58 more follow: ref (32), creatorAmount (13), providerAmount (13).
library PackedViews {
    uint256 internal constant VIEW_BYTES = 53;

    uint256 private constant LOGGED_BYTES = 111;
    /// @dev unitPrice, lane, offset and length of the views.
    uint256 private constant HEAD_BYTES = 0x80;

    /// @dev The view at `offset` with its nonce, lane << 32 | counter, and its ref, keccak256(abi.encode(contentId, viewer, provider, viewTimeSec)).
    function read(
        bytes calldata views,
        uint256 offset,
        bytes32 contentId,
        uint256 lane
    ) internal pure returns (address provider, uint256 units, uint256 nonce, bytes32 ref) {
        assembly ("memory-safe") {
            let start := add(views.offset, offset)
            let tail := calldataload(add(start, 40))
            provider := shr(96, calldataload(add(start, 20)))
            units := shr(224, tail)
            nonce := or(shl(32, lane), and(shr(152, tail), 0xffffffff))
            let free := mload(0x40)
            mstore(free, contentId)
            mstore(add(free, 0x20), shr(96, calldataload(start)))
            mstore(add(free, 0x40), provider)
            mstore(add(free, 0x60), and(shr(184, tail), 0xffffffffff))
            ref := keccak256(free, 0x80)
        }
    }

    /// @dev Reserves memory for the log of `length` bytes of packed views; returns where its first view goes.
    function openLog(uint256 length) internal pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := add(mload(0x40), HEAD_BYTES)
            // Every view's last word reaches 6 bytes beyond it, and zero padding follows the last view.
            mstore(0x40, and(add(add(start, mul(div(length, VIEW_BYTES), LOGGED_BYTES)), 0x5f), not(0x1f)))
        }
    }

    /// @dev Writes the view at `offset` to `to`; returns where the next one goes.
    function appendLog(
        uint256 to,
        bytes calldata views,
        uint256 offset,
        bytes32 ref,
        uint256 creatorAmount,
        uint256 providerAmount
    ) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            calldatacopy(to, add(views.offset, offset), VIEW_BYTES)
            mstore(add(to, 53), ref)
            mstore(add(to, 85), or(shl(152, creatorAmount), shl(48, providerAmount)))
            next := add(to, LOGGED_BYTES)
        }
    }

    /// @dev Logs the views between `start` and `end`, if any, and frees the memory.
    function emitLog(
        uint256 start,
        uint256 end,
        bytes32 contentId,
        uint256 unitPrice,
        uint256 lane
    ) internal {
        bytes32 topic = IStreamHost.ViewsSponsored.selector;
        assembly ("memory-safe") {
            let head := sub(start, HEAD_BYTES)
            let length := sub(end, start)
            if length {
                mstore(head, unitPrice)
                mstore(add(head, 0x20), lane)
                mstore(add(head, 0x40), 0x60)
                mstore(add(head, 0x60), length)
                mstore(end, 0)
                log3(head, add(HEAD_BYTES, and(add(length, 0x1f), not(0x1f))), topic, caller(), contentId)
            }
            mstore(0x40, head)
        }
    }
}
