// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVoucherClaims} from "../interfaces/IVoucherClaims.sol";
import {PackedVoucher} from "./PackedVouchers.sol";

/// @dev A content of a batch, read once. The first four words are an item as EIP-712 hashes it, with the units of
/// whichever item was read last; `creatorSum` is what the vouchers paid so far owe its creator.
struct PricedItem {
    bytes32 typeHash;
    bytes32 contentId;
    uint256 units;
    uint256 unitPrice;
    address creator;
    uint256 providerShareBps;
    IVoucherClaims.RejectReason flaw;
    bool retired;
    uint256 creatorSum;
}

/// @title Goes over the items of a voucher, from `place` in the calldata to `end`: adds them up, or splits them.
/// @dev In assembly, for the reason that {PackedVouchers} is. Sums can't overflow: an item costs less than 2^104, a voucher
/// has less than 2^16 of them, and what is split was in deposits, which are below 2^128.
library VoucherItems {
    /// @dev An item of the calldata, in the top bits of a word: the bits below each part.
    uint256 private constant ITEM_BYTES = 6;
    uint256 private constant BELOW_INDEX = 240;
    uint256 private constant BELOW_UNITS = 208;
    uint256 private constant UNITS_MASK = 0xffffffff;
    /// @dev Where the members of a `PricedItem` stand, and how much of it is hashed.
    uint256 private constant UNITS = 0x40;
    uint256 private constant UNIT_PRICE = 0x60;
    uint256 private constant SHARE_BPS = 0xa0;
    uint256 private constant FLAW = 0xc0;
    uint256 private constant RETIRED = 0xe0;
    uint256 private constant CREATOR_SUM = 0x100;
    uint256 private constant HASHED_BYTES = 0x80;
    /// @dev Where the last member of a `PackedVoucher` stands.
    uint256 private constant ITEMS_HASH = 0x80;
    uint256 private constant FULL_SHARE_BPS = 10_000;

    /// @dev Puts the items' hash into the voucher; returns what they cost, and what is wrong with the last that is not right.
    function addUp(
        PricedItem[] memory items,
        uint256 place,
        uint256 end,
        PackedVoucher memory voucher
    ) internal pure returns (uint256 amount, IVoucherClaims.RejectReason flaw) {
        IVoucherClaims.RejectReason unitsZero = IVoucherClaims.RejectReason.UnitsZero;
        bytes32 selector = IVoucherClaims.ContentIndexInvalid.selector;
        assembly ("memory-safe") {
            let length := mload(items)
            let pointers := add(items, 0x20)
            let free := mload(0x40)
            let to := free
            for {} lt(place, end) {
                place := add(place, ITEM_BYTES)
            } {
                let word := calldataload(place)
                let index := shr(BELOW_INDEX, word)
                if iszero(lt(index, length)) {
                    mstore(0x00, selector)
                    mstore(0x04, index)
                    revert(0x00, 0x24)
                }
                let item := mload(add(pointers, shl(5, index)))
                let units := and(shr(BELOW_UNITS, word), UNITS_MASK)
                mstore(add(item, UNITS), units)
                mstore(to, keccak256(item, HASHED_BYTES))
                to := add(to, 0x20)
                amount := add(amount, mul(units, mload(add(item, UNIT_PRICE))))
                let itemFlaw := mload(add(item, FLAW))
                if or(iszero(units), itemFlaw) {
                    flaw := itemFlaw
                    if iszero(itemFlaw) {
                        flaw := unitsZero
                    }
                }
            }
            mstore(add(voucher, ITEMS_HASH), keccak256(free, sub(to, free)))
        }
    }

    /// @dev Adds the creators' parts to the items, rounding the provider's down; returns the sum of those. `addUp` has
    /// checked the items.
    function split(
        PricedItem[] memory items,
        uint256 place,
        uint256 end
    ) internal pure returns (uint256 providerSum) {
        assembly ("memory-safe") {
            let pointers := add(items, 0x20)
            for {} lt(place, end) {
                place := add(place, ITEM_BYTES)
            } {
                let word := calldataload(place)
                let item := mload(add(pointers, shl(5, shr(BELOW_INDEX, word))))
                let units := and(shr(BELOW_UNITS, word), UNITS_MASK)
                let amount := mul(units, mload(add(item, UNIT_PRICE)))
                let providerAmount := div(mul(amount, mload(add(item, SHARE_BPS))), FULL_SHARE_BPS)
                providerSum := add(providerSum, providerAmount)
                let sum := add(item, CREATOR_SUM)
                mstore(sum, add(mload(sum), sub(amount, providerAmount)))
            }
        }
    }

    /// @dev Whether one of the contents is retired. `addUp` has checked the items.
    function hasRetired(
        PricedItem[] memory items,
        uint256 place,
        uint256 end
    ) internal pure returns (bool retired) {
        assembly ("memory-safe") {
            let pointers := add(items, 0x20)
            for {} lt(place, end) {
                place := add(place, ITEM_BYTES)
            } {
                let item := mload(add(pointers, shl(5, shr(BELOW_INDEX, calldataload(place)))))
                retired := or(retired, mload(add(item, RETIRED)))
            }
        }
    }
}
