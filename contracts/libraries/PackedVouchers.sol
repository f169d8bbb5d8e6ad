// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVoucherClaims} from "../interfaces/IVoucherClaims.sol";

/// @dev The first five words are a voucher as EIP-712 hashes it, the others what is signed: hex"1901" at the end of its word,
/// the contract's domain, and that hash. The vouchers of a batch are read into the same memory, one after the other.
struct PackedVoucher {
    bytes32 typeHash;
    bytes32 channelId;
    uint256 epoch;
    uint256 seq;
    bytes32 itemsHash;
    uint256 prefix;
    bytes32 domainSeparator;
    bytes32 structHash;
}

/// @title Reads packed vouchers from calldata, and logs the items of one as they stand there.
/// @dev A voucher is channelId (32), r (32), vs (32), epoch (4), seq (4), count (2) and `count` items; an item is
/// index (2), units (4). It is named by its place in the calldata, and ends where the next one begins. Assembly, since a
/// claim spends most of its gas beyond slots and logs here, and plain Solidity copies each part twice. A test compares.
library PackedVouchers {
    uint256 internal constant HEAD_BYTES = 106;

    uint256 private constant ITEM_BYTES = 6;
    /// @dev Where the parts of a voucher begin; epoch, number and count are read in one word.
    uint256 private constant R_AT = 0x20;
    uint256 private constant VS_AT = 0x40;
    uint256 private constant NUMBERS_AT = 0x60;
    /// @dev The bits below each of the numbers.
    uint256 private constant BELOW_EPOCH = 224;
    uint256 private constant BELOW_SEQ = 192;
    uint256 private constant BELOW_COUNT = 176;
    uint256 private constant SEQ_MASK = 0xffffffff;
    uint256 private constant COUNT_MASK = 0xffff;
    /// @dev Where the members of a `PackedVoucher` stand.
    uint256 private constant CHANNEL_ID = 0x20;
    uint256 private constant EPOCH = 0x40;
    uint256 private constant SEQ = 0x60;
    uint256 private constant STRUCT_BYTES = 0xa0;
    uint256 private constant SIGNED = 0xbe;
    uint256 private constant SIGNED_BYTES = 0x42;
    uint256 private constant STRUCT_HASH = 0xe0;
    uint256 private constant ECRECOVER = 1;
    /// @dev All bits but the highest, which is the parity of the signature's point.
    uint256 private constant S_MASK = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;
    /// @dev Half of secp256k1's order.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    /// @dev Of the log: seq, offset and length of the items.
    uint256 private constant LOG_HEAD_BYTES = 0x60;

    /// @dev Where the first voucher begins, and where the last one must end.
    function bounds(bytes calldata vouchers) internal pure returns (uint256 place, uint256 end) {
        assembly ("memory-safe") {
            place := vouchers.offset
            end := add(place, vouchers.length)
        }
    }

    /// @dev Reads all of the voucher but its items; returns where the next voucher begins: within `vouchers`, or at its end.
    function read(
        bytes calldata vouchers,
        uint256 place,
        PackedVoucher memory voucher
    ) internal pure returns (uint256 next) {
        bool isCut;
        assembly ("memory-safe") {
            let numbers := calldataload(add(place, NUMBERS_AT))
            mstore(add(voucher, CHANNEL_ID), calldataload(place))
            mstore(add(voucher, EPOCH), shr(BELOW_EPOCH, numbers))
            mstore(add(voucher, SEQ), and(shr(BELOW_SEQ, numbers), SEQ_MASK))
            next := add(add(place, HEAD_BYTES), mul(and(shr(BELOW_COUNT, numbers), COUNT_MASK), ITEM_BYTES))
            isCut := gt(next, add(vouchers.offset, vouchers.length))
        }
        if (isCut) revert IVoucherClaims.VouchersMalformed(vouchers.length);
    }

    /// @dev How many vouchers there are.
    function count(
        bytes calldata vouchers,
        PackedVoucher memory voucher
    ) internal pure returns (uint256 number) {
        (uint256 place, uint256 end) = bounds(vouchers);
        for (; place < end; ++number) place = read(vouchers, place, voucher);
    }

    /// @dev Who signed the voucher at this place, once its items' hash is in it, as a number; zero if nobody did. As
    /// OpenZeppelin's `ECDSA.tryRecover` does it: of the two signatures that there are for each, the one with the larger
    /// s counts for nothing.
    function recover(uint256 place, PackedVoucher memory voucher) internal view returns (uint256 signer) {
        assembly ("memory-safe") {
            mstore(add(voucher, STRUCT_HASH), keccak256(voucher, STRUCT_BYTES))
            let vs := calldataload(add(place, VS_AT))
            let s := and(vs, S_MASK)
            // What ECRECOVER takes: digest, v, r, s. No v but 27 and 28 is of a key.
            let free := mload(0x40)
            mstore(free, keccak256(add(voucher, SIGNED), SIGNED_BYTES))
            mstore(add(free, 0x20), mul(add(shr(255, vs), 27), iszero(gt(s, HALF_ORDER))))
            mstore(add(free, 0x40), calldataload(add(place, R_AT)))
            mstore(add(free, 0x60), s)
            // It returns nothing where there is no key; then this stays.
            mstore(0x00, 0)
            pop(staticcall(gas(), ECRECOVER, free, 0x80, 0x00, 0x20))
            signer := mload(0x00)
        }
    }

    /// @dev Emits `VoucherClaimed` for the voucher, whose items end at `next`.
    function emitClaimed(uint256 place, uint256 next, PackedVoucher memory voucher) internal {
        bytes32 topic = IVoucherClaims.VoucherClaimed.selector;
        assembly ("memory-safe") {
            let itemsAt := add(place, HEAD_BYTES)
            let length := sub(next, itemsAt)
            let free := mload(0x40)
            mstore(free, mload(add(voucher, SEQ)))
            mstore(add(free, 0x20), 0x40)
            mstore(add(free, 0x40), length)
            let items := add(free, LOG_HEAD_BYTES)
            calldatacopy(items, itemsAt, length)
            mstore(add(items, length), 0)
            let padded := and(add(length, 0x1f), not(0x1f))
            log2(free, add(LOG_HEAD_BYTES, padded), topic, mload(add(voucher, CHANNEL_ID)))
        }
    }
}
