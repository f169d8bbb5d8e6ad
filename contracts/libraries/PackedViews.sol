// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamHost} from "../interfaces/IStreamHost.sol";

/// @title Reads packed views from calldata and writes the data of `ViewsSponsored`, each byte once.
/// @dev A view is 53 bytes in calldata: viewer (20), provider (20), units (4), viewTimeSec (5), counter (4). In the
/// log 58 more follow: ref (32), creatorAmount (13), providerAmount (13).
library PackedViews {
    uint256 internal constant VIEW_BYTES = 53;

    /// @dev Where the parts of a view begin. Units, time and counter are read in one word, the tail.
    uint256 private constant PROVIDER_AT = 20;
    uint256 private constant TAIL_AT = 40;
    uint256 private constant REF_AT = 53;
    uint256 private constant AMOUNTS_AT = 85;
    uint256 private constant LOGGED_BYTES = 111;
    /// @dev The bits below each part of the tail, of an address in a word, and of each amount in a word.
    uint256 private constant BELOW_UNITS = 224;
    uint256 private constant BELOW_TIME = 184;
    uint256 private constant BELOW_COUNTER = 152;
    uint256 private constant BELOW_ADDRESS = 96;
    uint256 private constant BELOW_CREATOR_AMOUNT = 152;
    uint256 private constant BELOW_PROVIDER_AMOUNT = 48;
    uint256 private constant TIME_MASK = 0xffffffffff;
    uint256 private constant COUNTER_MASK = 0xffffffff;
    uint256 private constant COUNTER_BITS = 32;
    /// @dev unitPrice, lane, offset and length of the views.
    uint256 private constant HEAD_BYTES = 0x80;

    /// @dev The view at `offset` with its nonce, lane << 32 | counter, and its ref,
    /// keccak256(abi.encode(contentId, viewer, provider, viewTimeSec)).
    function read(
        bytes calldata views,
        uint256 offset,
        bytes32 contentId,
        uint256 lane
    ) internal pure returns (address provider, uint256 units, uint256 nonce, bytes32 ref) {
        assembly ("memory-safe") {
            let start := add(views.offset, offset)
            let tail := calldataload(add(start, TAIL_AT))
            provider := shr(BELOW_ADDRESS, calldataload(add(start, PROVIDER_AT)))
            units := shr(BELOW_UNITS, tail)
            nonce := or(shl(COUNTER_BITS, lane), and(shr(BELOW_COUNTER, tail), COUNTER_MASK))
            let free := mload(0x40)
            mstore(free, contentId)
            mstore(add(free, 0x20), shr(BELOW_ADDRESS, calldataload(start)))
            mstore(add(free, 0x40), provider)
            mstore(add(free, 0x60), and(shr(BELOW_TIME, tail), TIME_MASK))
            ref := keccak256(free, 0x80)
        }
    }

    /// @dev When the view at `offset` was, in Unix seconds.
    function timeAt(bytes calldata views, uint256 offset) internal pure returns (uint256 viewTimeSec) {
        assembly ("memory-safe") {
            let tail := calldataload(add(add(views.offset, offset), TAIL_AT))
            viewTimeSec := and(shr(BELOW_TIME, tail), TIME_MASK)
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
            mstore(add(to, REF_AT), ref)
            mstore(
                add(to, AMOUNTS_AT),
                or(shl(BELOW_CREATOR_AMOUNT, creatorAmount), shl(BELOW_PROVIDER_AMOUNT, providerAmount))
            )
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
                // The ABI's head: two numbers, then where the bytes stand (after three words), and their length.
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
