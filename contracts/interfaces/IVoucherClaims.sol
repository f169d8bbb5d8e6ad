// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Vouchers that viewers sign, and how their provider is paid for them.
/// @notice A voucher lists what was watched since the last claim. It is signed again as it grows, so that one signature
/// covers everything; the provider claims the last one. A voucher counts in its channel's epoch, and its number must not
/// be below the channel's `nextSeq`; claiming it makes every number up to its own void. So a voucher is paid once, an
/// older one in its place is the provider's own loss, and numbers may be left out.
/// @dev What is signed is EIP-712 typed data in the contract's domain ({ISignedCalls}):
/// `Voucher(bytes32 channelId,uint32 epoch,uint32 seq,Item[] items)Item(bytes32 contentId,uint32 units,uint72 unitPrice)`.
interface IVoucherClaims {
    /// @notice Units of a content at a price: views, minutes or days, as its terms say.
    struct Item {
        bytes32 contentId;
        uint32 units;
        uint72 unitPrice;
    }

    /// @notice A voucher as it is signed.
    struct Voucher {
        bytes32 channelId;
        uint32 epoch;
        uint32 seq;
        Item[] items;
    }

    /// @notice A content at a price, which items of packed vouchers point to.
    struct PricedContent {
        bytes32 contentId;
        uint72 unitPrice;
    }

    /// @notice The same as logged, with the provider's share that its items are split by.
    struct ClaimedContent {
        bytes32 contentId;
        uint256 unitPrice;
        uint256 providerShareBps;
    }

    /// @notice Why a voucher was not paid.
    enum RejectReason {
        /// @dev It was paid.
        None,
        /// @dev Not signed, in this form, by the authorizer of a channel with its id, towards this provider, in this
        /// coin, of this contract on this chain.
        SignerUnknown,
        /// @dev The deposit went back since, or the epoch is yet to come.
        EpochInvalid,
        /// @dev A voucher with this number or a later one was claimed.
        SeqUsed,
        /// @dev Nobody published one of its contents.
        ContentUnknown,
        /// @dev One of its contents is priced in another coin.
        OtherToken,
        /// @dev One of its unit prices is too low: see `claim`.
        PriceTooLow,
        /// @dev One of its items has no units.
        UnitsZero,
        /// @dev The channel holds less than it costs.
        DepositTooLow,
        /// @dev One of its contents is free.
        ContentFree
    }

    /// @notice What a claim of one voucher comes to.
    /// @param amount What it costs, paid or not.
    /// @param withdrawableAtSec From when the deposit can go back to the viewer, because the viewer asked for it: claim
    /// before, and serve nothing more. Zero if it did not ask, or where the reason is `SignerUnknown`.
    /// @param retired Whether the retirement of one of its contents is in force. It does not keep the voucher from being
    /// paid; but nobody should sell more of it.
    struct Verdict {
        bytes32 channelId;
        uint256 amount;
        RejectReason reason;
        uint256 withdrawableAtSec;
        bool retired;
    }

    /// @notice A claim in one coin begins: the vouchers logged after this, up to the next `ClaimBatch`, are its own, and
    /// their items point to these contents, from zero.
    event ClaimBatch(address indexed provider, address indexed token, ClaimedContent[] contents);

    /// @notice A voucher was paid whole. Creator and provider of each item were credited their parts of
    /// units × unit price, the provider's rounded down.
    /// @param items 6 bytes for each item: abi.encodePacked(uint16 index into the contents, uint32 units).
    event VoucherClaimed(bytes32 indexed channelId, uint256 seq, bytes items);

    /// @notice A voucher was not paid, and changed nothing.
    event VoucherRejected(bytes32 indexed channelId, uint256 seq, RejectReason reason);

    /// @notice Packed vouchers must end where the last one does.
    error VouchersMalformed(uint256 lengthBytes);

    /// @notice An item points beyond the contents.
    error ContentIndexInvalid(uint256 index);

    /// @notice Pays the vouchers of many channels towards one provider in one coin. A voucher is paid whole, or rejected
    /// alone with an event that says why; it never harms another. Neither an inactive stream nor a retirement matters:
    /// what was watched is owed. A unit price must be at least the price in force; while that has been in force for less
    /// than one withdrawal delay, the price before it will do, if it is lower. A free content has no price: where one of
    /// the two is none, the other counts. So a price that `claimable` called good stays good until a change has been in
    /// force for one withdrawal delay, whatever creators announce or cancel. The viewer pays the unit price that was
    /// signed, split by the share in force now: claim before a share changes to the worse.
    /// @param provider Who is paid: the caller, or who named the caller its delegate.
    /// @param token Coin of all the channels and contents in the call.
    /// @param contents What the items point to, each content once for each price it was signed at.
    /// @param vouchers For each voucher abi.encodePacked(bytes32 channelId, bytes32 r, bytes32 vs, uint32 epoch,
    /// uint32 seq, uint16 count), with the signature as in EIP-2098, then for each of `count` items
    /// abi.encodePacked(uint16 index into `contents`, uint32 units), in the order signed.
    function claim(
        address provider,
        address token,
        PricedContent[] calldata contents,
        bytes calldata vouchers
    ) external;

    /// @notice What `claim` would answer each of these vouchers now, if it came first.
    function claimable(
        address provider,
        address token,
        PricedContent[] calldata contents,
        bytes calldata vouchers
    ) external view returns (Verdict[] memory verdicts);

    /// @notice What the authorizer signs for a voucher.
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32 digest);
}
