// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The entry points that join the registry and the escrow: paying for views.
/// @notice Every payment is split at once: the provider's share of each item is rounded down, the creator gets the
/// remainder, nothing is left over: of amounts below 10,000 base units, a provider's small share may round to nothing.
/// Both withdraw their credit when they like. Nobody is kept from being several of viewer, provider and creator: who
/// pays itself has it back, less the gas, so a count of views alone says nothing about who watched.
/// @dev One `multicall` is one call: if one of its parts reverts, a signature that somebody submitted before among them,
/// all do.
interface IStreamHost {
    /// @notice Views of one content, recorded off chain, that a sponsor pays for.
    /// @param contentId The content.
    /// @param unitPrice What the sponsor pays for each unit: at least the price in force, less than 2^72.
    /// @param views 53 bytes for each view: abi.encodePacked(address viewer, address provider, uint32 units,
    /// uint40 viewTimeSec, uint32 counter). `counter` is the sponsor's number of the record within the lane of the
    /// call: the record is paid at most once for the nonce `lane << 32 | counter`.
    struct SponsoredContent {
        bytes32 contentId;
        uint256 unitPrice;
        bytes views;
    }

    /// @notice Why a sponsored view was not paid. Only `NonceUsed` is final.
    enum SkipReason {
        NonceUsed,
        ContentUnknown,
        OtherToken,
        PriceTooLow,
        /// @dev The content is free.
        ContentFree,
        /// @dev The view is dated after the block.
        TimeInFuture
    }

    /// @notice `viewer`, who called, paid `units` × `unitPrice`, of which the creator and `provider` were credited their amounts
    /// in the content's coin.
    event ViewPaid(
        bytes32 indexed contentId,
        address viewer,
        address provider,
        uint256 units,
        uint256 creatorAmount,
        uint256 providerAmount
    );

    /// @notice `sponsor` paid these views of one content, `unitPrice` for each unit.
    /// @param lane Upper 224 bits of the nonces.
    /// @param views 111 bytes for each view: the 53 bytes of `SponsoredContent.views`, then abi.encodePacked(
    /// bytes32 ref, uint104 creatorAmount, uint104 providerAmount), where
    /// ref = keccak256(abi.encode(contentId, viewer, provider, viewTimeSec)).
    event ViewsSponsored(
        address indexed sponsor,
        bytes32 indexed contentId,
        uint256 unitPrice,
        uint256 lane,
        bytes views
    );

    /// @notice A view was not paid and its nonce not used up (or used before).
    event ViewSkipped(
        address indexed sponsor,
        bytes32 indexed contentId,
        bytes32 indexed ref,
        uint256 nonce,
        SkipReason reason
    );

    /// @notice What a sponsor sent beyond the views that were paid is the sponsor's credit.
    event SurplusCredited(address indexed sponsor, address indexed token, uint256 amount);

    /// @notice Units must be 1 to 2^32 - 1.
    error UnitsInvalid(uint256 units);

    /// @notice The content is free: there is nothing to pay.
    error ContentFree(bytes32 contentId);

    /// @notice Packed views must be 53 bytes each.
    error ViewsMalformed(uint256 lengthBytes);

    /// @notice The views cost more than was sent.
    error SponsorshipTooLow(uint256 cost, uint256 amount);

    /// @notice A lane must be less than 2^224.
    error LaneTooLarge(uint256 lane);

    /// @notice Pays `provider` and the content's creator for `units` of the content: views, minutes or days, as its
    /// terms say. The provider must have an active stream of it, and no retirement may be in force.
    /// @param amount Must be `units` × price in force; send it as value too, if the coin is native; otherwise the
    /// caller must have approved it.
    function payView(bytes32 contentId, address provider, uint64 units, uint256 amount) external payable;

    /// @notice Pays for views that were recorded off chain. Neither a retirement nor an inactive stream blocks
    /// them. A view that time or others made unpayable is skipped with the reason, and so is one that is dated after
    /// the block; it harms no other. Malformed
    /// input (no units, no valid provider, a price or a length out of bounds) reverts.
    /// @param token Coin of all the contents in the call; zero is the native coin.
    /// @param amount What the sponsor puts in, at least the cost; what is not spent becomes its credit.
    /// @param lane Upper 224 bits of the nonces: a random number for each database that numbers records.
    function sponsorViews(
        address token,
        uint256 amount,
        uint256 lane,
        SponsoredContent[] calldata contents
    ) external payable;
}
