// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ContentRegistry} from "./ContentRegistry.sol";
import {IVoucherClaims} from "./interfaces/IVoucherClaims.sol";
import {BillItems, Row} from "./libraries/BillItems.sol";
import {PackedChannel} from "./libraries/PackedChannel.sol";
import {PackedTerms, Terms} from "./libraries/PackedTerms.sol";
import {Bill, PackedVouchers} from "./libraries/PackedVouchers.sol";
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
        Row[] memory rows = _priced(token, contents);
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
        Row[] memory rows = _priced(token, contents);
        Bill memory bill = _newBill();
        verdicts = new Verdict[](PackedVouchers.count(vouchers, bill));
        (uint256 place, ) = PackedVouchers.bounds(vouchers);
        for (uint256 i; i < verdicts.length; ++i) {
            uint256 next = PackedVouchers.read(vouchers, place, bill);
            Verdict memory verdict = verdicts[i];
            verdict.channelId = bill.channelId;
            PackedChannel channel;
            (, channel, verdict.amount, verdict.reason) = _examine(
                _channels[provider][token],
                rows,
                place,
                next,
                bill
            );
            verdict.withdrawableAtSec = channel.withdrawableAtSec();
            verdict.retired = BillItems.hasRetired(rows, place + PackedVouchers.HEAD_BYTES, next);
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
        mapping(bytes32 channelId => mapping(uint256 authorizer => Cell)) storage channels,
        Row[] memory rows,
        bytes calldata vouchers
    ) private returns (uint256 providerSum) {
        Bill memory bill = _newBill();
        (uint256 place, uint256 end) = PackedVouchers.bounds(vouchers);
        // Places are within the calldata, and what is split was in deposits, which are below 2^128.
        unchecked {
            while (place < end) {
                uint256 next = PackedVouchers.read(vouchers, place, bill);
                (Cell storage cell, PackedChannel channel, uint256 amount, RejectReason reason) = _examine(
                    channels,
                    rows,
                    place,
                    next,
                    bill
                );
                if (reason == RejectReason.None) {
                    cell.channel = channel.claimed(amount, bill.seq);
                    providerSum += BillItems.split(rows, place + PackedVouchers.HEAD_BYTES, next);
                    PackedVouchers.emitClaimed(place, next, bill);
                } else {
                    emit VoucherRejected(bill.channelId, bill.seq, reason);
                }
                place = next;
            }
        }
    }

    /// @dev Whether the bill from `place` to `next` can be paid now, and what it costs.
    function _examine(
        mapping(bytes32 channelId => mapping(uint256 authorizer => Cell)) storage channels,
        Row[] memory rows,
        uint256 place,
        uint256 next,
        Bill memory bill
    ) private view returns (Cell storage cell, PackedChannel channel, uint256 amount, RejectReason reason) {
        // Within the calldata.
        unchecked {
            (amount, reason) = BillItems.addUp(rows, place + PackedVouchers.HEAD_BYTES, next, bill);
        }
        // A signature that recovers to nobody finds no channel: none has the authorizer zero.
        cell = channels[bill.channelId][PackedVouchers.recover(place, bill)];
        channel = cell.channel;
        uint256 epoch = channel.epoch();
        if (epoch == 0) reason = RejectReason.SignerUnknown;
        else if (bill.epoch != epoch) reason = RejectReason.EpochInvalid;
        else if (bill.seq < channel.nextSeq()) reason = RejectReason.SeqUsed;
        else if (amount > channel.deposit() && reason == RejectReason.None) {
            reason = RejectReason.DepositTooLow;
        }
    }

    /// @dev What all bills have in common.
    function _newBill() private view returns (Bill memory bill) {
        bill.typeHash = TypeHashes.VOUCHER;
        bill.prefix = 0x1901;
        bill.domainSeparator = _domainSeparatorV4();
    }

    function _priced(
        address token,
        PricedContent[] calldata contents
    ) private view returns (Row[] memory rows) {
        rows = new Row[](contents.length);
        for (uint256 i; i < rows.length; ++i) {
            PricedContent calldata priced = contents[i];
            Content storage content = _contents[priced.contentId];
            (Terms terms, uint256 leastPrice) = _claimTerms(content);
            Row memory row = rows[i];
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

    /// @dev The terms in force and the least unit price that a bill can name. A price announced counts for nothing, since
    /// the change can be cancelled. Until a change has been in force for one withdrawal delay, bills signed before it
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

    function _listed(Row[] memory rows) private pure returns (ClaimedContent[] memory contents) {
        contents = new ClaimedContent[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            Row memory row = rows[i];
            contents[i] = ClaimedContent(row.contentId, row.unitPrice, row.providerShareBps);
        }
    }
}
