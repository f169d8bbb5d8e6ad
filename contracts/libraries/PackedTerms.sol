// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What a native payment must know of a content, in one storage word:
/// creator (160 bits) | price per unit (72) | provider share in basis points (16) | unit and flags (8).
/// A scheduled change has the same layout with the time it takes effect in the creator's place.
type Terms is uint256;

using PackedTerms for Terms global;

/// @title Reading and writing the one-word terms of a content.
library PackedTerms {
    /// @dev The content is priced in an ERC-20 token, whose address stands in another slot.
    uint8 internal constant HAS_TOKEN = 1;
    /// @dev A change of terms or a retirement is scheduled or has taken effect in another slot.
    uint8 internal constant HAS_SCHEDULED = 2;
    /// @dev No more direct payments.
    uint8 internal constant RETIRED = 4;

    /// @dev The unit stands above the flags.
    uint256 private constant UNIT_AT = 3;
    uint256 private constant SHARE_AT = 8;
    uint256 private constant PRICE_AT = 24;
    uint256 private constant HEAD_AT = 96;
    uint256 private constant FLAGS_AND_UNIT = 0xff;
    uint256 private constant BELOW_HEAD = (1 << HEAD_AT) - 1;

    /// @dev Terms without a head: neither of a creator nor of a time.
    /// @param unit_ Below 2^5.
    function pack(uint72 price, uint16 shareBps, uint8 unit_, uint8 flags) internal pure returns (Terms) {
        uint256 low = (uint256(unit_) << UNIT_AT) | flags;
        return Terms.wrap((uint256(price) << PRICE_AT) | (uint256(shareBps) << SHARE_AT) | low);
    }

    function creator(Terms terms) internal pure returns (address) {
        return address(uint160(Terms.unwrap(terms) >> HEAD_AT));
    }

    function effectiveAtSec(Terms scheduled) internal pure returns (uint256) {
        return Terms.unwrap(scheduled) >> HEAD_AT;
    }

    function pricePerUnit(Terms terms) internal pure returns (uint256) {
        return uint72(Terms.unwrap(terms) >> PRICE_AT);
    }

    function providerShareBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> SHARE_AT);
    }

    function unit(Terms terms) internal pure returns (uint8) {
        return uint8((Terms.unwrap(terms) & FLAGS_AND_UNIT) >> UNIT_AT);
    }

    function has(Terms terms, uint8 flag) internal pure returns (bool) {
        return Terms.unwrap(terms) & flag != 0;
    }

    function with(Terms terms, uint8 flag) internal pure returns (Terms) {
        return Terms.wrap(Terms.unwrap(terms) | flag);
    }

    function without(Terms terms, uint8 flag) internal pure returns (Terms) {
        return Terms.wrap(Terms.unwrap(terms) & ~uint256(flag));
    }

    /// @dev `terms` with another head: the creator's word becomes a scheduled word, or the reverse.
    function withHead(Terms terms, uint256 head) internal pure returns (Terms) {
        return Terms.wrap((head << HEAD_AT) | (Terms.unwrap(terms) & BELOW_HEAD));
    }
}
