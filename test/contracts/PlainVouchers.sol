// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";

/// @dev A voucher of a batch. `itemsAt` is the place of its packed items in the calldata, `amount` what they cost.
struct PlainVoucher {
    bytes32 channelId;
    bytes32 r;
    bytes32 vs;
    uint256 epoch;
    uint256 seq;
    uint256 count;
    uint256 itemsAt;
    uint256 amount;
}

/// @title Reads packed vouchers from calldata, for {PlainVoucherClaims}.
/// @dev A voucher is channelId (32), r (32), vs (32), epoch (4), seq (4), count (2) and `count` items; an item is
/// index (2), units (4).
library PlainVouchers {
    uint256 internal constant ITEM_BYTES = 6;

    uint256 private constant HEAD_BYTES = 106;
    /// @dev channelId, r and vs, as they begin a `Voucher`.
    uint256 private constant ID_AND_SIGNATURE_BYTES = 96;
    /// @dev Epoch, number and count are read in one word; the bits below each of them.
    uint256 private constant BELOW_EPOCH = 224;
    uint256 private constant BELOW_SEQ = 192;
    uint256 private constant BELOW_COUNT = 176;
    /// @dev The bits below each part of an item.
    uint256 private constant BELOW_INDEX = 240;
    uint256 private constant BELOW_UNITS = 208;
    uint256 private constant UNITS_MASK = 0xffffffff;

    /// @dev The voucher at `offset`, and where the next one begins: within `vouchers`, or at its end.
    function read(
        bytes calldata vouchers,
        uint256 offset
    ) internal pure returns (PlainVoucher memory voucher, uint256 next) {
        uint256 numbers;
        uint256 itemsAt;
        assembly ("memory-safe") {
            let start := add(vouchers.offset, offset)
            calldatacopy(voucher, start, ID_AND_SIGNATURE_BYTES)
            numbers := calldataload(add(start, ID_AND_SIGNATURE_BYTES))
            itemsAt := add(start, HEAD_BYTES)
        }
        voucher.epoch = numbers >> BELOW_EPOCH;
        voucher.seq = uint32(numbers >> BELOW_SEQ);
        voucher.count = uint16(numbers >> BELOW_COUNT);
        voucher.itemsAt = itemsAt;
        // The offset is below the length of the calldata, and a count has 16 bits.
        unchecked {
            next = offset + HEAD_BYTES + voucher.count * ITEM_BYTES;
        }
        if (next > vouchers.length) revert IVoucherClaims.VouchersMalformed(vouchers.length);
    }

    /// @dev How many vouchers there are.
    function count(bytes calldata vouchers) internal pure returns (uint256 number) {
        for (uint256 offset; offset < vouchers.length; ++number) (, offset) = read(vouchers, offset);
    }

    /// @dev The item at this place in the calldata.
    function itemAt(uint256 position) internal pure returns (uint256 index, uint256 units) {
        assembly ("memory-safe") {
            let word := calldataload(position)
            index := shr(BELOW_INDEX, word)
            units := and(shr(BELOW_UNITS, word), UNITS_MASK)
        }
    }

    /// @dev The items as they stand in the calldata.
    function itemsOf(PlainVoucher memory voucher) internal pure returns (bytes calldata items) {
        uint256 position = voucher.itemsAt;
        uint256 length = voucher.count * ITEM_BYTES;
        assembly ("memory-safe") {
            items.offset := position
            items.length := length
        }
    }
}
