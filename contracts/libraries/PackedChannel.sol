// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What a channel holds, in one storage word, so that a claim reads and writes one:
/// withdrawableAtSec (48 bits) | epoch (40) | nextSeq (40) | deposit (128), from the top. A voucher names epoch and number
/// in 32 bits: after the last of them the channel pays no more vouchers, instead of old ones again.
type PackedChannel is uint256;

using PackedChannels for PackedChannel global;

/// @title Reading and writing the one word of a channel.
library PackedChannels {
    uint256 private constant NEXT_SEQ_AT = 128;
    uint256 private constant EPOCH_AT = 168;
    uint256 private constant WITHDRAWABLE_AT = 208;
    /// @dev The first of a channel's epochs: it is open from now on.
    PackedChannel internal constant OPENED = PackedChannel.wrap(1 << EPOCH_AT);

    function deposit(PackedChannel channel) internal pure returns (uint256) {
        return uint128(PackedChannel.unwrap(channel));
    }

    function nextSeq(PackedChannel channel) internal pure returns (uint256) {
        return uint40(PackedChannel.unwrap(channel) >> NEXT_SEQ_AT);
    }

    function epoch(PackedChannel channel) internal pure returns (uint256) {
        return uint40(PackedChannel.unwrap(channel) >> EPOCH_AT);
    }

    function withdrawableAtSec(PackedChannel channel) internal pure returns (uint256) {
        return PackedChannel.unwrap(channel) >> WITHDRAWABLE_AT;
    }

    /// @param amount Leaves the deposit below 2^128.
    function plusDeposit(PackedChannel channel, uint256 amount) internal pure returns (PackedChannel) {
        return PackedChannel.wrap(PackedChannel.unwrap(channel) + amount);
    }

    /// @param amount At most the deposit.
    /// @param seq Below 2^32, at least `nextSeq`.
    function claimed(
        PackedChannel channel,
        uint256 amount,
        uint256 seq
    ) internal pure returns (PackedChannel) {
        // By the limits of both: each part of the word stays within its own bits.
        unchecked {
            uint256 skipped = seq + 1 - nextSeq(channel);
            return PackedChannel.wrap(PackedChannel.unwrap(channel) + (skipped << NEXT_SEQ_AT) - amount);
        }
    }

    function withdrawableAt(
        PackedChannel channel,
        uint256 withdrawableAtSec_
    ) internal pure returns (PackedChannel) {
        uint256 below = PackedChannel.unwrap(channel) & ((1 << WITHDRAWABLE_AT) - 1);
        return PackedChannel.wrap(below | (withdrawableAtSec_ << WITHDRAWABLE_AT));
    }

    /// @dev Empty, in the next epoch, with the numbers of vouchers that were used.
    function givenBack(PackedChannel channel) internal pure returns (PackedChannel) {
        return PackedChannel.wrap(((epoch(channel) + 1) << EPOCH_AT) | (nextSeq(channel) << NEXT_SEQ_AT));
    }
}
