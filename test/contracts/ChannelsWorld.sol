// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {deployHost, IHost} from "./IHost.sol";
import {VM} from "./CheatCodes.sol";
import {StreamHostHandler} from "./StreamHostHandler.sol";
import {TermsModel} from "./TermsModel.sol";

/// @title A few channels, what each of them should hold, and vouchers for them.
abstract contract ChannelsWorld is StreamHostHandler {
    using TermsModel for TermsModel.History;

    /// @dev A channel, the key that signs for it, and what it should hold.
    struct ModelChannel {
        IPaymentChannels.Channel config;
        uint256 key;
        bytes32 id;
        bool isOpen;
        IPaymentChannels.ChannelState state;
        uint256 depositedAtSec;
    }

    /// @dev A voucher as it is signed, and the signature; `isSigned`: by the channel's key, for this host and chain.
    struct ModelVoucher {
        uint256 channel;
        IVoucherClaims.Voucher voucher;
        bytes32 r;
        bytes32 vs;
        bool isSigned;
        uint256 signedAtSec;
    }

    uint256 public constant CHANNELS = 6;
    uint256 private constant AUTHORIZER_KEY = 0xB111;

    /// @dev Where vouchers for the host must not count.
    IHost public immutable twin;

    /// @dev Kept, since the optimiser takes `block.chainid` for what never changes.
    uint256 private immutable _chainId = block.chainid;
    uint256 private constant REMEMBERED = 4;

    ModelChannel[CHANNELS] internal _channels;
    /// @dev The last vouchers that were paid, ready to be claimed and encoded, and how many there were ever.
    bytes[REMEMBERED] private _paid;
    uint256 private _paidEver;
    /// @dev For each channel one voucher that its provider holds on to, encoded.
    bytes[CHANNELS] private _held;

    constructor() {
        twin = deployHost(uint32(NOTICE_SEC), uint32(WITHDRAW_DELAY_SEC));
        for (uint256 c; c < CHANNELS; ++c) {
            // Channels 2n and 2n + 1 share provider, coin and key, but not the viewer.
            ModelChannel storage channel = _channels[c];
            channel.key = AUTHORIZER_KEY + c / 2;
            channel.config = IPaymentChannels.Channel({
                viewer: _account(c),
                provider: _account(2 + c / 2),
                token: tokens[c / 2],
                authorizer: VM.addr(channel.key),
                salt: bytes32(c % 4)
            });
            channel.id = host.channelIdOf(channel.config);
        }
    }

    function channelAt(uint256 c) external view returns (ModelChannel memory) {
        return _channels[c];
    }

    function paidCount() public view returns (uint256) {
        return _paidEver < REMEMBERED ? _paidEver : REMEMBERED;
    }

    function paidVoucher(uint256 index) public view returns (ModelVoucher memory) {
        return abi.decode(_paid[index], (ModelVoucher));
    }

    /// @dev The voucher that the channel's provider holds on to since `claimable` called it good, and whether it must be
    /// good whatever anyone did since: the provider was paid nothing from the channel and did not release it, the viewer
    /// did not leave, and the grace of no price is over.
    function heldVoucher(uint256 c) external view returns (ModelVoucher memory model, bool isOwed) {
        if (_held[c].length == 0) return (model, false);
        model = abi.decode(_held[c], (ModelVoucher));
        IVoucherClaims.Item[] memory items = model.voucher.items;
        isOwed = model.voucher.epoch == _channels[c].state.epoch;
        for (uint256 i; i < items.length; ++i) {
            TermsModel.History storage history = _historyOf[items[i].contentId];
            uint256 price = items[i].unitPrice;
            if (history.isOver(price, model.signedAtSec, nowSec, WITHDRAW_DELAY_SEC)) isOwed = false;
        }
    }

    /// @dev A voucher that can be paid as things stand, but for the deposit and free contents: one or two items at the least
    /// prices there are, or above.
    function _goodVoucher(uint256 c, uint256 seed) internal view returns (ModelVoucher memory model) {
        ModelChannel storage channel = _channels[c];
        model.channel = c;
        model.isSigned = true;
        model.signedAtSec = nowSec;
        IVoucherClaims.Item[] memory items = new IVoucherClaims.Item[](1 + (seed % 2));
        for (uint256 i; i < items.length; ++i) {
            uint256 itemSeed = uint256(keccak256(abi.encode(seed, i)));
            bytes32 contentId = _content(c / 2 + tokens.length * (itemSeed % 2));
            uint256 price = _historyOf[contentId].leastPrice(nowSec, WITHDRAW_DELAY_SEC);
            uint32 units = uint32(1 + ((itemSeed >> 8) % 5));
            items[i] = IVoucherClaims.Item(contentId, units, uint72(price + ((itemSeed >> 16) % 2)));
        }
        model.voucher = IVoucherClaims.Voucher({
            channelId: channel.id,
            epoch: uint32(channel.state.epoch),
            seq: uint32(channel.state.nextSeq + ((seed >> 8) % 3)),
            items: items
        });
    }

    /// @dev A good voucher, or one with one of the flaws there can be.
    function _flawedVoucher(
        uint256 c,
        uint256 seed,
        uint256 flaw
    ) internal returns (ModelVoucher memory model) {
        model = _goodVoucher(c, seed);
        IVoucherClaims.Voucher memory voucher = model.voucher;
        IVoucherClaims.Item memory item = voucher.items[seed % voucher.items.length];
        flaw %= 16;
        if (flaw == 0) model.isSigned = false;
        if (flaw == 1) ++voucher.epoch;
        if (flaw == 2 && voucher.epoch != 0) --voucher.epoch;
        if (flaw == 3) voucher.seq = uint32((seed >> 16) % (uint256(voucher.seq) + 1));
        if (flaw == 4) item.contentId = bytes32(seed);
        if (flaw == 5) item.contentId = _content(seed >> 16);
        if (flaw == 6) item.units = 0;
        if (flaw == 7) item.unitPrice = uint72((seed >> 16) % (uint256(item.unitPrice) + 1));
        if (flaw == 8) item.units = uint32(seed >> 16);
        VM.warp(nowSec);
        _sign(model, seed >> 32);
    }

    function _hold(ModelVoucher memory model) internal {
        _held[model.channel] = abi.encode(model);
    }

    /// @dev The voucher was paid: what its channel's provider held on to may be more than is left.
    function _remember(ModelVoucher memory model) internal {
        _paid[_paidEver % REMEMBERED] = abi.encode(model);
        ++_paidEver;
        delete _held[model.channel];
    }

    /// @dev Signs with the channel's key for the host, unless the voucher is not to be signed so.
    function _sign(ModelVoucher memory model, uint256 seed) internal {
        uint256 key = _channels[model.channel].key;
        bytes32 digest;
        if (model.isSigned || seed % 3 == 0) digest = host.voucherDigest(model.voucher);
        if (!model.isSigned && seed % 3 == 0) ++key;
        if (!model.isSigned && seed % 3 == 1) digest = twin.voucherDigest(model.voucher);
        if (!model.isSigned && seed % 3 == 2) {
            VM.chainId(_chainId + 1);
            digest = host.voucherDigest(model.voucher);
            VM.chainId(_chainId);
        }
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        (model.r, model.vs) = (r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    /// @dev Whether the contract must pay the voucher now, by what the specification says.
    function _isPayable(ModelVoucher memory model) internal view returns (bool) {
        ModelChannel storage channel = _channels[model.channel];
        IVoucherClaims.Voucher memory voucher = model.voucher;
        if (!model.isSigned || !channel.isOpen || voucher.epoch != channel.state.epoch) return false;
        if (voucher.seq < channel.state.nextSeq || _costOf(model) > channel.state.deposit) return false;
        for (uint256 i; i < voucher.items.length; ++i) {
            IVoucherClaims.Item memory item = voucher.items[i];
            if (item.units == 0 || _tokenOf[item.contentId] != channel.config.token) return false;
            if (_creatorOf[item.contentId] == address(0)) return false;
            uint256 least = _historyOf[item.contentId].leastPrice(nowSec, WITHDRAW_DELAY_SEC);
            if (least == 0 || item.unitPrice < least) return false;
        }
        return true;
    }

    function _costOf(ModelVoucher memory model) internal pure returns (uint256 cost) {
        IVoucherClaims.Item[] memory items = model.voucher.items;
        for (uint256 i; i < items.length; ++i) cost += uint256(items[i].units) * items[i].unitPrice;
    }

    /// @dev What `claim` takes for these vouchers: a content for each item.
    function packed(
        ModelVoucher[] memory models
    ) public pure returns (IVoucherClaims.PricedContent[] memory contents, bytes memory vouchers) {
        uint256 count;
        for (uint256 b; b < models.length; ++b) count += models[b].voucher.items.length;
        contents = new IVoucherClaims.PricedContent[](count);
        uint16 index;
        for (uint256 b; b < models.length; ++b) {
            IVoucherClaims.Voucher memory voucher = models[b].voucher;
            uint16 length = uint16(voucher.items.length);
            bytes memory head = abi.encodePacked(voucher.channelId, models[b].r, models[b].vs);
            vouchers = abi.encodePacked(vouchers, head, voucher.epoch, voucher.seq, length);
            for (uint256 i; i < length; ++i) {
                IVoucherClaims.Item memory item = voucher.items[i];
                contents[index] = IVoucherClaims.PricedContent(item.contentId, item.unitPrice);
                vouchers = abi.encodePacked(vouchers, index, item.units);
                ++index;
            }
        }
    }
}
