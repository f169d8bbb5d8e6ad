// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {deploy, deployHost, IHost} from "./IHost.sol";
import {ICheatCodes, VM} from "./CheatCodes.sol";

/// @title Claims do, for any batch, exactly what plain Solidity does: the same answers, logs, errors and money.
contract ClaimsDifferentialTest {
    uint32 private constant NOTICE_SEC = 20;
    uint32 private constant WITHDRAW_DELAY_SEC = 10;
    uint256 private constant START_SEC = 1_795_000_000;
    uint256 private constant CONTENTS = 6;
    uint256 private constant CHANNELS = 4;
    uint256 private constant MAX_VOUCHERS = 5;
    uint256 private constant MAX_ITEMS = 5;
    uint256 private constant KEY = 0xA117;
    /// @dev The group's order: s and ORDER - s sign the same, and the larger is refused.
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    address private constant NATIVE = address(0);
    address private constant PROVIDER = address(0xB0);
    address private constant VIEWER = address(0xA0);
    address private constant OTHER_TOKEN = address(0x70);

    IHost private _host;
    /// @dev The plain one, called as if it were the other.
    IHost private _plain;
    bytes32[CONTENTS] private _contentIds;
    uint256 private _seed;

    function setUp() public {
        VM.warp(START_SEC);
        _host = deployHost(NOTICE_SEC, WITHDRAW_DELAY_SEC);
        _plain = IHost(
            deploy("PlainStreamHost.sol:PlainStreamHost", abi.encode(NOTICE_SEC, WITHDRAW_DELAY_SEC))
        );
        VM.deal(VIEWER, 2 * CHANNELS * 1_000_000);
        _settle(_host);
        _settle(_plain);
        VM.warp(START_SEC + NOTICE_SEC);
    }

    function testFuzzClaimsDoWhatPlainOnesDo(uint256 seed) public {
        _seed = seed;
        for (uint256 batch; batch < 2; ++batch) {
            (IVoucherClaims.PricedContent[] memory contents, bytes[2] memory vouchers) = _batch();
            address token = _below(16) == 0 ? OTHER_TOKEN : NATIVE;
            _compareAnswers(
                abi.encodeCall(_host.claimable, (PROVIDER, token, contents, vouchers[0])),
                abi.encodeCall(_host.claimable, (PROVIDER, token, contents, vouchers[1]))
            );
            VM.recordLogs();
            _compareAnswers(
                abi.encodeCall(_host.claim, (PROVIDER, token, contents, vouchers[0])),
                abi.encodeCall(_host.claim, (PROVIDER, token, contents, vouchers[1]))
            );
            _compareLogs(VM.getRecordedLogs());
            _compareStates();
            if (_below(4) == 0) VM.warp(block.timestamp + _below(WITHDRAW_DELAY_SEC));
        }
    }

    /// @dev Contents at different prices and shares: a raise and a cut fresh in force, a change to come, a free one, a
    /// retired one, and one in another coin; and channels with deposits small and large.
    function _settle(IHost host) private {
        for (uint256 i; i < CONTENTS; ++i) {
            address creator = address(uint160(0xC0 + (i % 3)));
            address token = i == 5 ? OTHER_TOKEN : NATIVE;
            string memory cid = string(abi.encodePacked("cid ", bytes1(uint8(0x30 + i))));
            uint16 shareBps = uint16(1_111 * (i + 3));
            VM.prank(creator);
            bytes32 contentId = host.publish(
                IStreamRegistry.Publication(cid, token, i == 4 ? 0 : 7 + i, shareBps, 0, "", "")
            );
            _contentIds[i] = contentId;
            if (i < 3) VM.prank(creator);
            if (i == 0) host.scheduleTerms(contentId, 9, 777, 0);
            if (i == 1) host.scheduleTerms(contentId, 3, 9_999, 0);
            if (i == 2) host.retire(contentId);
        }
        for (uint256 c; c < CHANNELS; ++c) {
            uint256 amount = 10 ** (2 + c);
            VM.prank(VIEWER);
            host.open{value: amount}(PROVIDER, NATIVE, VM.addr(KEY + c), bytes32(c), amount);
        }
    }

    /// @dev The same batch for both hosts, signed for each.
    function _batch()
        private
        returns (IVoucherClaims.PricedContent[] memory contents, bytes[2] memory vouchers)
    {
        contents = new IVoucherClaims.PricedContent[](_below(CONTENTS + 2));
        for (uint256 i; i < contents.length; ++i) {
            bytes32 contentId = _below(16) == 0 ? bytes32(_draw()) : _contentIds[_below(CONTENTS)];
            contents[i] = IVoucherClaims.PricedContent(contentId, uint72(_below(14)));
            if (_below(32) == 0) contents[i].unitPrice = type(uint72).max;
        }
        uint256 count = _below(MAX_VOUCHERS + 1);
        for (uint256 i; i < count; ++i) _append(contents, vouchers);
        if (vouchers[0].length != 0 && _below(8) == 0) _spoil(vouchers);
    }

    function _append(IVoucherClaims.PricedContent[] memory contents, bytes[2] memory vouchers) private {
        uint256 c = _below(CHANNELS);
        IVoucherClaims.Voucher memory voucher;
        IPaymentChannels.Channel memory channel = _channel(c);
        IPaymentChannels.ChannelState memory state = _host.channelOf(channel);
        voucher.channelId = _host.channelIdOf(channel);
        voucher.epoch = uint32(_below(8) == 0 ? _below(3) : state.epoch);
        voucher.seq = uint32(_below(8) == 0 ? _draw() : state.nextSeq + _below(2));
        voucher.items = new IVoucherClaims.Item[](contents.length == 0 ? 0 : _below(MAX_ITEMS + 1));
        bytes memory items;
        for (uint256 i; i < voucher.items.length; ++i) {
            uint256 index = _below(contents.length);
            uint32 units = uint32(_below(16) == 0 ? _draw() : _below(5) + (_below(8) == 0 ? 0 : 1));
            voucher.items[i] = IVoucherClaims.Item(
                contents[index].contentId,
                units,
                contents[index].unitPrice
            );
            items = abi.encodePacked(items, uint16(_below(64) == 0 ? _draw() : index), units);
        }
        uint256 key = KEY + (_below(8) == 0 ? _below(CHANNELS + 1) : c);
        uint256 how = _below(12);
        bytes memory tail = abi.encodePacked(voucher.epoch, voucher.seq, uint16(voucher.items.length), items);
        for (uint256 h; h < 2; ++h) {
            bytes32 digest = (h == 0 ? _host : _plain).voucherDigest(voucher);
            (bytes32 r, bytes32 vs) = _signature(key, digest, how);
            vouchers[h] = abi.encodePacked(vouchers[h], voucher.channelId, r, vs, tail);
        }
    }

    /// @dev A compact signature; one in four is none, in one of the ways there are.
    function _signature(uint256 key, bytes32 digest, uint256 how) private pure returns (bytes32, bytes32) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        uint256 parity = uint256(v - 27) << 255;
        if (how == 0) return (r, bytes32(uint256(s) | (parity ^ (1 << 255))));
        if (how == 1)
            return (r, bytes32(((ORDER - uint256(s)) & ~uint256(1 << 255)) | (parity ^ (1 << 255))));
        if (how == 2) return (bytes32(0), bytes32(0));
        return (r, bytes32(uint256(s) | parity));
    }

    /// @dev Cuts the end off, adds to it, or changes a byte that is not of a signature (which differ by their nature).
    function _spoil(bytes[2] memory vouchers) private {
        uint256 how = _below(3);
        uint256 place = _below(32);
        uint256 cut = _below(vouchers[0].length);
        bytes1 byte_ = bytes1(uint8(_draw()));
        for (uint256 h; h < 2; ++h) {
            bytes memory packed = vouchers[h];
            if (how == 0)
                assembly ("memory-safe") {
                    mstore(packed, cut)
                }
            if (how == 1) vouchers[h] = abi.encodePacked(packed, byte_);
            if (how == 2) packed[place] = byte_;
        }
    }

    function _compareAnswers(bytes memory ofHost, bytes memory ofPlain) private {
        VM.prank(PROVIDER);
        (bool success, bytes memory answer) = address(_host).call(ofHost);
        VM.prank(PROVIDER);
        (bool plainSuccess, bytes memory plainAnswer) = address(_plain).call(ofPlain);
        assert(success == plainSuccess && keccak256(answer) == keccak256(plainAnswer));
    }

    /// @dev The first half are the host's, the second the plain one's.
    function _compareLogs(ICheatCodes.Log[] memory logs) private view {
        uint256 half = logs.length / 2;
        assert(logs.length == 2 * half);
        for (uint256 i; i < half; ++i) {
            (ICheatCodes.Log memory one, ICheatCodes.Log memory other) = (logs[i], logs[half + i]);
            assert(one.emitter == address(_host) && other.emitter == address(_plain));
            assert(
                keccak256(abi.encode(one.topics, one.data)) == keccak256(abi.encode(other.topics, other.data))
            );
        }
    }

    function _compareStates() private view {
        for (uint256 c; c < CHANNELS; ++c) {
            bytes memory state = abi.encode(_host.channelOf(_channel(c)));
            assert(keccak256(state) == keccak256(abi.encode(_plain.channelOf(_channel(c)))));
        }
        for (uint160 account = 0xB0; account < 0xC3; ++account) {
            assert(_host.credits(address(account), NATIVE) == _plain.credits(address(account), NATIVE));
        }
    }

    function _channel(uint256 c) private pure returns (IPaymentChannels.Channel memory) {
        return IPaymentChannels.Channel(VIEWER, PROVIDER, NATIVE, VM.addr(KEY + c), bytes32(c));
    }

    function _below(uint256 limit) private returns (uint256) {
        return _draw() % limit;
    }

    function _draw() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
