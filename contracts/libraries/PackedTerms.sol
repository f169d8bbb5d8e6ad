// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What a native payment must know of a content, in one storage word:
/// creator (160 bits) | price per unit (72) | provider share in basis points (16) | flags (8).
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
    /// @dev A unit is a minute of media, not a view.
    uint8 internal constant METERED = 8;

    uint256 private constant BELOW_HEAD = (1 << 96) - 1;

    /// @param head The creator, or the time of effect of a scheduled change.
    function pack(uint160 head, uint72 price, uint16 shareBps, uint8 flags) internal pure returns (Terms) {
        return Terms.wrap((uint256(head) << 96) | (uint256(price) << 24) | (uint256(shareBps) << 8) | flags);
    }

    function creator(Terms terms) internal pure returns (address) {
        return address(uint160(Terms.unwrap(terms) >> 96));
    }

    function effectiveAtSec(Terms scheduled) internal pure returns (uint256) {
        return Terms.unwrap(scheduled) >> 96;
    }

    function pricePerUnit(Terms terms) internal pure returns (uint256) {
        return uint72(Terms.unwrap(terms) >> 24);
    }

    function providerShareBps(Terms terms) internal pure returns (uint16) {
        return uint16(Terms.unwrap(terms) >> 8);
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
        return Terms.wrap((head << 96) | (Terms.unwrap(terms) & BELOW_HEAD));
    }
}
