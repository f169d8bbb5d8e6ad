// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {PackedChannel} from "../../contracts/libraries/PackedChannel.sol";
import {deployHost, IHost} from "./IHost.sol";
import {VM} from "./CheatCodes.sol";

/// @title Deposits, vouchers and claims for any number there may be.
contract ChannelsFuzzTest {
    uint32 private constant NOTICE_SEC = 2 days;
    uint32 private constant WITHDRAW_DELAY_SEC = 1 days;
    uint256 private constant MAX_KEY = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140;
    address private constant NATIVE = address(0);
    address private constant CREATOR = address(0xC0);
    address private constant PROVIDER = address(0xB0);
    address private constant VIEWER = address(0xA0);

    IHost private _host;

    function setUp() public {
        _host = deployHost(NOTICE_SEC, WITHDRAW_DELAY_SEC);
    }

    function testFuzzClaimSplitsEachItemToTheWei(
        uint256 key,
        uint72 price,
        uint16 shareBps,
        uint32[3] memory units,
        uint32 seq,
        uint96 more
    ) public {
        (key, price, shareBps) = ((key % MAX_KEY) + 1, price == 0 ? 1 : price, shareBps % 10_001);
        bytes32 contentId = _publish(price, shareBps);
        IVoucherClaims.Item[] memory items = new IVoucherClaims.Item[](units.length);
        (uint256 cost, uint256 providerAmount) = (0, 0);
        for (uint256 i; i < items.length; ++i) {
            items[i] = IVoucherClaims.Item(contentId, units[i] == 0 ? 1 : units[i], price);
            uint256 amount = uint256(price) * items[i].units;
            cost += amount;
            providerAmount += (amount * shareBps) / 10_000;
        }
        IPaymentChannels.Channel memory channel = _open(VM.addr(key), cost + more);
        _claim(_voucher(channel, seq, items), key);
        assert(_host.credits(PROVIDER, NATIVE) == providerAmount);
        assert(_host.credits(CREATOR, NATIVE) == cost - providerAmount);
        IPaymentChannels.ChannelState memory state = _host.channelOf(channel);
        assert(state.deposit == more && state.epoch == 1 && state.nextSeq == uint256(seq) + 1);
    }

    function testFuzzOnlyTheAuthorizerSignsForTheChannel(uint256 key, uint256 otherKey, uint32 seq) public {
        (key, otherKey) = ((key % MAX_KEY) + 1, (otherKey % MAX_KEY) + 1);
        if (key == otherKey) return;
        IPaymentChannels.Channel memory channel = _open(VM.addr(key), 100);
        IVoucherClaims.Item[] memory items = new IVoucherClaims.Item[](1);
        items[0] = IVoucherClaims.Item(_publish(100, 10_000), 1, 100);
        _claim(_voucher(channel, seq, items), otherKey);
        assert(_host.credits(PROVIDER, NATIVE) == 0);
        _claim(_voucher(channel, seq, items), key);
        assert(_host.credits(PROVIDER, NATIVE) == 100);
    }

    function testFuzzWhatIsNotClaimedComesBack(uint128 amount, uint128 added, bytes32 salt) public {
        if (amount == 0 || added == 0 || uint256(amount) + added > type(uint128).max) return;
        VM.deal(VIEWER, uint256(amount) + added);
        IPaymentChannels.Channel memory channel = IPaymentChannels.Channel(
            VIEWER,
            PROVIDER,
            NATIVE,
            CREATOR,
            salt
        );
        VM.prank(VIEWER);
        _host.open{value: amount}(PROVIDER, NATIVE, CREATOR, salt, amount);
        VM.prank(VIEWER);
        _host.deposit{value: added}(channel, added);
        VM.prank(VIEWER);
        _host.initiateWithdraw(PROVIDER, NATIVE, CREATOR, salt);
        VM.warp(block.timestamp + WITHDRAW_DELAY_SEC);
        _host.finalizeWithdraw(channel);
        assert(_host.credits(VIEWER, NATIVE) == uint256(amount) + added);
    }

    function testFuzzAChannelsWordKeepsItsParts(
        uint128 deposit,
        uint40 nextSeq,
        uint40 epoch,
        uint48 atSec,
        uint128 amount,
        uint32 skipped
    ) public pure {
        if (epoch == type(uint40).max) return;
        uint256 word =
            (uint256(atSec) << 208) | (uint256(epoch) << 168) | (uint256(nextSeq) << 128) | deposit;
        PackedChannel channel = PackedChannel.wrap(word);
        _assertParts(channel, deposit, nextSeq, epoch, atSec);
        _assertParts(channel.withdrawableAt(amount % 2 ** 48), deposit, nextSeq, epoch, amount % 2 ** 48);
        _assertParts(channel.givenBack(), 0, nextSeq, uint256(epoch) + 1, 0);
        uint256 added = amount % (uint256(type(uint128).max) - deposit + 1);
        _assertParts(channel.plusDeposit(added), deposit + added, nextSeq, epoch, atSec);
        uint256 seq = uint256(nextSeq) + skipped;
        if (seq >= type(uint40).max) return;
        uint256 taken = amount % (uint256(deposit) + 1);
        _assertParts(channel.claimed(taken, seq), deposit - taken, seq + 1, epoch, atSec);
    }

    function _assertParts(
        PackedChannel channel,
        uint256 deposit,
        uint256 nextSeq,
        uint256 epoch,
        uint256 atSec
    ) private pure {
        assert(channel.deposit() == deposit && channel.nextSeq() == nextSeq);
        assert(channel.epoch() == epoch && channel.withdrawableAtSec() == atSec);
    }

    function _publish(uint72 price, uint16 shareBps) private returns (bytes32) {
        VM.prank(CREATOR);
        return _host.publish(IStreamRegistry.Publication("cid", NATIVE, price, shareBps, 0, "", ""));
    }

    function _open(
        address authorizer,
        uint256 amount
    ) private returns (IPaymentChannels.Channel memory channel) {
        channel = IPaymentChannels.Channel(VIEWER, PROVIDER, NATIVE, authorizer, bytes32(0));
        VM.deal(VIEWER, amount);
        VM.prank(VIEWER);
        _host.open{value: amount}(PROVIDER, NATIVE, authorizer, bytes32(0), amount);
    }

    function _voucher(
        IPaymentChannels.Channel memory channel,
        uint32 seq,
        IVoucherClaims.Item[] memory items
    ) private view returns (IVoucherClaims.Voucher memory) {
        return IVoucherClaims.Voucher(_host.channelIdOf(channel), 1, seq, items);
    }

    function _claim(IVoucherClaims.Voucher memory voucher, uint256 key) private {
        IVoucherClaims.Item[] memory items = voucher.items;
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, _host.voucherDigest(voucher));
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        bytes memory vouchers = abi.encodePacked(voucher.channelId, r, vs, voucher.epoch, voucher.seq);
        vouchers = abi.encodePacked(vouchers, uint16(items.length));
        for (uint256 i; i < items.length; ++i) {
            vouchers = abi.encodePacked(vouchers, uint16(0), items[i].units);
        }
        IVoucherClaims.PricedContent[] memory contents = new IVoucherClaims.PricedContent[](1);
        contents[0] = IVoucherClaims.PricedContent(items[0].contentId, items[0].unitPrice);
        VM.prank(PROVIDER);
        _host.claim(PROVIDER, NATIVE, contents, vouchers);
    }
}
