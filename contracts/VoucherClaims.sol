// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ContentRegistry} from "./ContentRegistry.sol";
import {IVoucherClaims} from "./interfaces/IVoucherClaims.sol";
import {VoucherItems, PricedItem} from "./libraries/VoucherItems.sol";
import {PackedChannel} from "./libraries/PackedChannel.sol";
import {PackedTerms, Terms} from "./libraries/PackedTerms.sol";
import {PackedVoucher, PackedVouchers} from "./libraries/PackedVouchers.sol";
import {TypeHashes} from "./libraries/TypeHashes.sol";
import {PaymentChannels} from "./PaymentChannels.sol";

/// @title Implements {IVoucherClaims}.
abstract contract VoucherClaims is IVoucherClaims, PaymentChannels, ContentRegistry, EIP712 {
    /// @inheritdoc IVoucherClaims
    function claim(
        address provider,
        address token,
        PricedContent[] calldata contents,
        bytes calldata vouchers
    ) external {
        _requireClaimer(provider);
        PricedItem[] memory items = _priced(token, contents);
        emit ClaimBatch(provider, token, _listed(items));
        uint256 providerSum = _claimAll(_channels[provider][token], items, vouchers);
        mapping(address account => uint256 amount) storage book = _book(token);
        // Deposits are below 2^128, and there can't be enough of them for a credit of 2^256.
        unchecked {
            if (providerSum != 0) book[provider] += providerSum;
            for (uint256 i; i < items.length; ++i) {
                if (items[i].creatorSum != 0) book[items[i].creator] += items[i].creatorSum;
            }
        }
    }

    /// @inheritdoc IVoucherClaims
    function claimable(
        address provider,
        address token,
        PricedContent[] calldata contents,
        bytes calldata vouchers
    ) external view returns (Verdict[] memory verdicts) {
        PricedItem[] memory items = _priced(token, contents);
        PackedVoucher memory voucher = _newVoucher();
        verdicts = new Verdict[](PackedVouchers.count(vouchers, voucher));
        (uint256 place, ) = PackedVouchers.bounds(vouchers);
        for (uint256 i; i < verdicts.length; ++i) {
            uint256 next = PackedVouchers.read(vouchers, place, voucher);
            Verdict memory verdict = verdicts[i];
            verdict.channelId = voucher.channelId;
            PackedChannel channel;
            (, channel, verdict.amount, verdict.reason) = _examine(
                _channels[provider][token],
                items,
                place,
                next,
                voucher
            );
            verdict.withdrawableAtSec = channel.withdrawableAtSec();
            verdict.retired = VoucherItems.hasRetired(items, place + PackedVouchers.HEAD_BYTES, next);
            place = next;
        }
    }

    /// @inheritdoc IVoucherClaims
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32 digest) {
        bytes32[] memory hashes = new bytes32[](voucher.items.length);
        for (uint256 i; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(TypeHashes.ITEM, voucher.items[i]));
        }
        bytes32 itemsHash = keccak256(abi.encodePacked(hashes));
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(TypeHashes.VOUCHER, voucher.channelId, voucher.epoch, voucher.seq, itemsHash)
                )
            );
    }

    /// @dev Pays or rejects one voucher after the other.
    function _claimAll(
        mapping(bytes32 channelId => mapping(uint256 authorizer => ChannelSlot)) storage channels,
        PricedItem[] memory items,
        bytes calldata vouchers
    ) private returns (uint256 providerSum) {
        PackedVoucher memory voucher = _newVoucher();
        (uint256 place, uint256 end) = PackedVouchers.bounds(vouchers);
        // Places are within the calldata, and what is split was in deposits, which are below 2^128.
        unchecked {
            while (place < end) {
                uint256 next = PackedVouchers.read(vouchers, place, voucher);
                (
                    ChannelSlot storage slot,
                    PackedChannel channel,
                    uint256 amount,
                    RejectReason reason
                ) = _examine(channels, items, place, next, voucher);
                if (reason == RejectReason.None) {
                    slot.channel = channel.claimed(amount, voucher.seq);
                    providerSum += VoucherItems.split(items, place + PackedVouchers.HEAD_BYTES, next);
                    PackedVouchers.emitClaimed(place, next, voucher);
                } else {
                    emit VoucherRejected(voucher.channelId, voucher.seq, reason);
                }
                place = next;
            }
        }
    }

    /// @dev Whether the voucher from `place` to `next` can be paid now, and what it costs.
    function _examine(
        mapping(bytes32 channelId => mapping(uint256 authorizer => ChannelSlot)) storage channels,
        PricedItem[] memory items,
        uint256 place,
        uint256 next,
        PackedVoucher memory voucher
    )
        private
        view
        returns (ChannelSlot storage slot, PackedChannel channel, uint256 amount, RejectReason reason)
    {
        // Within the calldata.
        unchecked {
            (amount, reason) = VoucherItems.addUp(items, place + PackedVouchers.HEAD_BYTES, next, voucher);
        }
        // A signature that recovers to nobody finds no channel: none has the authorizer zero.
        slot = channels[voucher.channelId][PackedVouchers.recover(place, voucher)];
        channel = slot.channel;
        uint256 epoch = channel.epoch();
        if (epoch == 0) reason = RejectReason.SignerUnknown;
        else if (voucher.epoch != epoch) reason = RejectReason.EpochInvalid;
        else if (voucher.seq < channel.nextSeq()) reason = RejectReason.SeqUsed;
        else if (amount > channel.deposit() && reason == RejectReason.None) {
            reason = RejectReason.DepositTooLow;
        }
    }

    /// @dev What all vouchers have in common.
    function _newVoucher() private view returns (PackedVoucher memory voucher) {
        voucher.typeHash = TypeHashes.VOUCHER;
        voucher.prefix = 0x1901;
        voucher.domainSeparator = _domainSeparatorV4();
    }

    function _priced(
        address token,
        PricedContent[] calldata contents
    ) private view returns (PricedItem[] memory items) {
        items = new PricedItem[](contents.length);
        for (uint256 i; i < items.length; ++i) {
            PricedContent calldata priced = contents[i];
            Content storage content = _contents[priced.contentId];
            (Terms terms, uint256 leastPrice) = _claimTerms(content);
            PricedItem memory item = items[i];
            item.typeHash = TypeHashes.ITEM;
            item.contentId = priced.contentId;
            item.unitPrice = priced.unitPrice;
            item.creator = terms.creator();
            item.providerShareBps = terms.providerShareBps();
            item.retired = terms.has(PackedTerms.RETIRED);
            address coin = terms.has(PackedTerms.HAS_TOKEN) ? content.token : address(0);
            if (item.creator == address(0)) item.flaw = RejectReason.ContentUnknown;
            else if (coin != token) item.flaw = RejectReason.OtherToken;
            else if (leastPrice == 0) item.flaw = RejectReason.ContentFree;
            else if (item.unitPrice < leastPrice) item.flaw = RejectReason.PriceTooLow;
        }
    }

    /// @dev The terms in force and the least unit price that a voucher can name. A price announced counts for nothing, since
    /// the change can be cancelled. Until a change has been in force for one withdrawal delay, vouchers signed before it
    /// may be on their way, so the price before it will do as well.
    function _claimTerms(Content storage content) private view returns (Terms terms, uint256 leastPrice) {
        Terms before = content.terms;
        terms = _termsInForce(content);
        leastPrice = terms.pricePerUnit();
        bool changed = before.has(PackedTerms.HAS_SCHEDULED) && !terms.has(PackedTerms.HAS_SCHEDULED);
        if (changed && block.timestamp < content.scheduled.effectiveAtSec() + withdrawDelaySec) {
            leastPrice = _lowerPrice(before.pricePerUnit(), leastPrice);
        }
    }

    /// @dev Zero is no price, but says that there was none: it wraps around to the highest, and two of them to zero.
    function _lowerPrice(uint256 one, uint256 other) private pure returns (uint256) {
        unchecked {
            return Math.min(one - 1, other - 1) + 1;
        }
    }

    function _listed(PricedItem[] memory items) private pure returns (ClaimedContent[] memory contents) {
        contents = new ClaimedContent[](items.length);
        for (uint256 i; i < items.length; ++i) {
            PricedItem memory item = items[i];
            contents[i] = ClaimedContent(item.contentId, item.unitPrice, item.providerShareBps);
        }
    }
}
