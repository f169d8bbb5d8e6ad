// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {ContentRegistry} from "../../contracts/ContentRegistry.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {PackedChannel} from "../../contracts/libraries/PackedChannel.sol";
import {PackedTerms, Terms} from "../../contracts/libraries/PackedTerms.sol";
import {PlainVoucher, PlainVouchers} from "./PlainVouchers.sol";
import {TypeHashes} from "../../contracts/libraries/TypeHashes.sol";
import {PaymentChannels} from "../../contracts/PaymentChannels.sol";

/// @title Implements {IVoucherClaims} in plain Solidity: what the contract must equal, however it saves gas.
abstract contract PlainVoucherClaims is IVoucherClaims, PaymentChannels, ContentRegistry, EIP712 {
    /// @dev A content of a batch, read once. The first four words are an item as EIP-712 hashes it, with the units of
    /// whichever item was read last; `creatorSum` is what the vouchers paid so far owe its creator.
    struct PricedItem {
        bytes32 typeHash;
        bytes32 contentId;
        uint256 units;
        uint256 unitPrice;
        address creator;
        uint256 providerShareBps;
        RejectReason flaw;
        bool retired;
        uint256 creatorSum;
    }

    /// @inheritdoc IVoucherClaims
    function claim(
        address provider,
        address token,
        PricedContent[] calldata contents,
        bytes calldata vouchers
    ) external {
        _requireClaimer(provider);
        PricedItem[] memory rows = _priced(token, contents);
        emit ClaimBatch(provider, token, _listed(rows));
        uint256 providerSum = _claimAll(_channels[provider][token], rows, vouchers);
        mapping(address account => uint256 amount) storage book = _book(token);
        // Deposits are below 2^128, and there can't be enough of them for a credit of 2^256.
        unchecked {
            if (providerSum != 0) book[provider] += providerSum;
            for (uint256 i; i < rows.length; ++i) {
                if (rows[i].creatorSum != 0) book[rows[i].creator] += rows[i].creatorSum;
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
        PricedItem[] memory rows = _priced(token, contents);
        verdicts = new Verdict[](PlainVouchers.count(vouchers));
        uint256 offset;
        for (uint256 i; i < verdicts.length; ++i) {
            (PlainVoucher memory voucher, uint256 next) = PlainVouchers.read(vouchers, offset);
            offset = next;
            Verdict memory verdict = verdicts[i];
            verdict.channelId = voucher.channelId;
            PackedChannel channel;
            (, channel, verdict.reason) = _examine(_channels[provider][token], rows, voucher);
            verdict.amount = voucher.amount;
            verdict.withdrawableAtSec = channel.withdrawableAtSec();
            verdict.retired = _hasRetired(rows, voucher);
        }
    }

    /// @inheritdoc IVoucherClaims
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32 digest) {
        bytes32[] memory hashes = new bytes32[](voucher.items.length);
        for (uint256 i; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(TypeHashes.ITEM, voucher.items[i]));
        }
        return _digest(voucher.channelId, voucher.epoch, voucher.seq, hashes);
    }

    /// @dev Pays or rejects one voucher after the other; memory that one took is free for the next.
    function _claimAll(
        mapping(bytes32 channelId => mapping(uint256 authorizer => ChannelSlot)) storage channels,
        PricedItem[] memory rows,
        bytes calldata vouchers
    ) private returns (uint256 providerSum) {
        Memory.Pointer free = Memory.getFreeMemoryPointer();
        uint256 offset;
        while (offset < vouchers.length) {
            (PlainVoucher memory voucher, uint256 next) = PlainVouchers.read(vouchers, offset);
            offset = next;
            (ChannelSlot storage slot, PackedChannel channel, RejectReason reason) = _examine(
                channels,
                rows,
                voucher
            );
            if (reason == RejectReason.None) {
                slot.channel = channel.claimed(voucher.amount, voucher.seq);
                providerSum += _splitItems(rows, voucher);
                emit VoucherClaimed(voucher.channelId, voucher.seq, PlainVouchers.itemsOf(voucher));
            } else {
                emit VoucherRejected(voucher.channelId, voucher.seq, reason);
            }
            Memory.unsafeSetFreeMemoryPointer(free);
        }
    }

    /// @dev Whether the voucher can be paid now, and what it costs.
    function _examine(
        mapping(bytes32 channelId => mapping(uint256 authorizer => ChannelSlot)) storage channels,
        PricedItem[] memory rows,
        PlainVoucher memory voucher
    ) private view returns (ChannelSlot storage slot, PackedChannel channel, RejectReason reason) {
        bytes32[] memory hashes;
        (hashes, reason) = _addUp(rows, voucher);
        bytes32 digest = _digest(voucher.channelId, voucher.epoch, voucher.seq, hashes);
        // A signature that recovers to nobody finds no channel: none has the authorizer zero.
        (address signer, , ) = ECDSA.tryRecover(digest, voucher.r, voucher.vs);
        slot = channels[voucher.channelId][uint160(signer)];
        channel = slot.channel;
        uint256 epoch = channel.epoch();
        if (epoch == 0) reason = RejectReason.SignerUnknown;
        else if (voucher.epoch != epoch) reason = RejectReason.EpochInvalid;
        else if (voucher.seq < channel.nextSeq()) reason = RejectReason.SeqUsed;
        else if (reason == RejectReason.None && voucher.amount > channel.deposit()) {
            reason = RejectReason.DepositTooLow;
        }
    }

    /// @dev The items' hashes, what they cost together, and what is wrong with one of them.
    function _addUp(
        PricedItem[] memory rows,
        PlainVoucher memory voucher
    ) private pure returns (bytes32[] memory hashes, RejectReason flaw) {
        // An item costs less than 2^104, and a voucher has less than 2^16 of them; positions are within the calldata.
        unchecked {
            hashes = new bytes32[](voucher.count);
            uint256 amount;
            uint256 position = voucher.itemsAt;
            for (uint256 i; i < hashes.length; ++i) {
                (uint256 index, uint256 units) = PlainVouchers.itemAt(position);
                if (index >= rows.length) revert ContentIndexInvalid(index);
                PricedItem memory row = rows[index];
                row.units = units;
                bytes32 itemHash;
                assembly ("memory-safe") {
                    itemHash := keccak256(row, 0x80)
                }
                hashes[i] = itemHash;
                amount += units * row.unitPrice;
                if (units == 0) flaw = RejectReason.UnitsZero;
                if (row.flaw != RejectReason.None) flaw = row.flaw;
                position += PlainVouchers.ITEM_BYTES;
            }
            voucher.amount = amount;
        }
    }

    /// @dev Adds the creators' parts to the rows; the sum of the provider's is returned.
    function _splitItems(
        PricedItem[] memory rows,
        PlainVoucher memory voucher
    ) private pure returns (uint256 providerSum) {
        // What is split was in deposits, which are below 2^128.
        unchecked {
            uint256 position = voucher.itemsAt;
            for (uint256 i; i < voucher.count; ++i) {
                (uint256 index, uint256 units) = PlainVouchers.itemAt(position);
                PricedItem memory row = rows[index];
                (uint256 creatorAmount, uint256 providerAmount) = _split(
                    units * row.unitPrice,
                    row.providerShareBps
                );
                row.creatorSum += creatorAmount;
                providerSum += providerAmount;
                position += PlainVouchers.ITEM_BYTES;
            }
        }
    }

    /// @dev Whether one of the voucher's contents is retired. `_addUp` has checked the items.
    function _hasRetired(
        PricedItem[] memory rows,
        PlainVoucher memory voucher
    ) private pure returns (bool retired) {
        for (uint256 i; i < voucher.count && !retired; ++i) {
            (uint256 index, ) = PlainVouchers.itemAt(voucher.itemsAt + i * PlainVouchers.ITEM_BYTES);
            retired = rows[index].retired;
        }
    }

    function _priced(
        address token,
        PricedContent[] calldata contents
    ) private view returns (PricedItem[] memory rows) {
        rows = new PricedItem[](contents.length);
        for (uint256 i; i < rows.length; ++i) {
            PricedContent calldata priced = contents[i];
            Content storage content = _contents[priced.contentId];
            (Terms terms, uint256 leastPrice) = _claimTerms(content);
            PricedItem memory row = rows[i];
            row.typeHash = TypeHashes.ITEM;
            row.contentId = priced.contentId;
            row.unitPrice = priced.unitPrice;
            row.creator = terms.creator();
            row.providerShareBps = terms.providerShareBps();
            row.retired = terms.has(PackedTerms.RETIRED);
            address coin = terms.has(PackedTerms.HAS_TOKEN) ? content.token : address(0);
            if (row.creator == address(0)) row.flaw = RejectReason.ContentUnknown;
            else if (coin != token) row.flaw = RejectReason.OtherToken;
            else if (leastPrice == 0) row.flaw = RejectReason.ContentFree;
            else if (row.unitPrice < leastPrice) row.flaw = RejectReason.PriceTooLow;
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

    function _listed(PricedItem[] memory rows) private pure returns (ClaimedContent[] memory contents) {
        contents = new ClaimedContent[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            PricedItem memory row = rows[i];
            contents[i] = ClaimedContent(row.contentId, row.unitPrice, row.providerShareBps);
        }
    }

    function _digest(
        bytes32 channelId,
        uint256 epoch,
        uint256 seq,
        bytes32[] memory itemHashes
    ) private view returns (bytes32) {
        bytes32 itemsHash;
        assembly ("memory-safe") {
            itemsHash := keccak256(add(itemHashes, 0x20), shl(5, mload(itemHashes)))
        }
        return _hashTypedDataV4(keccak256(abi.encode(TypeHashes.VOUCHER, channelId, epoch, seq, itemsHash)));
    }
}
