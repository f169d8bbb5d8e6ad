// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {VM} from "./CheatCodes.sol";
import {ExitsHandler} from "./ExitsHandler.sol";
import {ITestToken} from "./ITestToken.sol";

/// @title Deposits and claims that random sequences are made of, beside the calls of {ExitsHandler} and
/// {StreamHostHandler}.
contract ChannelsHandler is ExitsHandler {
    bytes32 private constant RECEIVE_WITH_AUTHORIZATION = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 private constant SALTS = 4;
    uint256 private constant FIRST_DEPOSIT = 1_000_000;

    mapping(address payer => mapping(uint256 channel => mapping(bytes32 salt => bool used)))
        private _saltUsed;

    constructor() {
        for (uint256 c; c < CHANNELS; c += 1 + (c % 2)) _open(c, FIRST_DEPOSIT);
    }

    function open(uint256 channelSeed, uint24 amount) external {
        _open(channelSeed, amount);
    }

    function deposit(uint256 seed, uint256 channelSeed, uint24 amount) external {
        ModelChannel storage channel = _channel(channelSeed);
        uint256 value = _provide(_account(seed), channel.config.token, amount);
        bool expected = channel.isOpen && amount != 0 && _mayDeposit(channel, _account(seed));
        _do(_account(seed), value, abi.encodeCall(host.deposit, (channel.config, amount)), expected);
        if (expected) _deposited(channel, amount);
    }

    /// @dev Anybody submits a payer's authorisation, into the channel it is for or another; each salt is used once.
    function depositWithAuthorization(
        uint256 seed,
        uint256 payerSeed,
        uint256 channelSeed,
        uint24 amount,
        bool redirects
    ) external {
        uint256 c = 2 + (channelSeed % 2);
        ModelChannel storage channel = _channels[c];
        (address payer, bytes32 salt) = (_account(payerSeed), bytes32(seed % SALTS));
        ITestToken(tokens[1]).mint(payer, amount);
        IPaymentChannels.Authorization memory authorization = _authorization(payerSeed, c, amount, salt);
        if (redirects) channel = _channels[c ^ 1];
        bytes memory call = abi.encodeCall(
            host.depositWithAuthorization,
            (channel.config, payer, amount, authorization)
        );
        bool isSigned = !redirects && !_saltUsed[payer][c][salt];
        bool expected = channel.isOpen && amount != 0 && isSigned && _mayDeposit(channel, payer);
        _do(_account(seed), 0, call, expected);
        if (!expected) return;
        _saltUsed[payer][c][salt] = true;
        _deposited(channel, amount);
    }

    /// @dev Two vouchers, of a channel and of the one beside it or twice of the same; half of the vouchers are good.
    function claim(
        uint256 seed,
        uint256 channelSeed,
        uint256[2] calldata voucherSeeds,
        uint256[2] calldata flaws,
        bool beside
    ) external {
        ModelVoucher[] memory models = new ModelVoucher[](2);
        uint256 c = channelSeed % CHANNELS;
        models[0] = _flawedVoucher(c, voucherSeeds[0], flaws[0]);
        models[1] = _flawedVoucher(beside ? c ^ 1 : c, voucherSeeds[1], flaws[1]);
        _claim(_account(seed), models);
    }

    /// @dev A voucher that was paid before, by its provider or with another provider's channel.
    function claimAgain(uint256 seed) external {
        if (paidCount() == 0) return;
        ModelVoucher[] memory models = new ModelVoucher[](1);
        models[0] = paidVoucher(seed % paidCount());
        _claim(_channels[models[0].channel].config.provider, models);
    }

    /// @dev The provider holds on to a voucher that `claimable` calls good, instead of claiming it.
    function holdVoucher(uint256 channelSeed, uint256 voucherSeed) external {
        ModelVoucher[] memory models = new ModelVoucher[](1);
        models[0] = _goodVoucher(channelSeed % CHANNELS, voucherSeed);
        VM.warp(nowSec);
        _sign(models[0], voucherSeed);
        IPaymentChannels.Channel memory config = _channel(channelSeed).config;
        (IVoucherClaims.PricedContent[] memory contents, bytes memory vouchers) = packed(models);
        IVoucherClaims.Verdict memory verdict = host.claimable(
            config.provider,
            config.token,
            contents,
            vouchers
        )[0];
        bool isGood = verdict.reason == IVoucherClaims.RejectReason.None;
        assert(isGood == _isPayable(models[0]));
        assert(verdict.withdrawableAtSec == _channel(channelSeed).state.withdrawableAtSec);
        if (isGood) _hold(models[0]);
    }

    function _open(uint256 channelSeed, uint256 amount) private {
        ModelChannel storage channel = _channel(channelSeed);
        (address viewer, address token) = (channel.config.viewer, channel.config.token);
        uint256 value = _provide(viewer, token, amount);
        bytes memory call = abi.encodeCall(
            host.open,
            (channel.config.provider, token, channel.config.authorizer, channel.config.salt, amount)
        );
        bool expected = !channel.isOpen && amount != 0;
        _do(viewer, value, call, expected);
        if (!expected) return;
        (channel.isOpen, channel.state.epoch) = (true, 1);
        _deposited(channel, amount);
    }

    function _claim(address caller, ModelVoucher[] memory models) private {
        IPaymentChannels.Channel memory config = _channels[models[0].channel].config;
        (IVoucherClaims.PricedContent[] memory contents, bytes memory vouchers) = packed(models);
        bool expected = _worksFor(caller, config.provider);
        for (uint256 b; b < models.length && expected; ++b) {
            if (!_isPayable(models[b])) continue;
            _pay(models[b]);
        }
        bytes memory call = abi.encodeCall(host.claim, (config.provider, config.token, contents, vouchers));
        _do(caller, 0, call, expected);
    }

    function _pay(ModelVoucher memory model) private {
        ModelChannel storage channel = _channels[model.channel];
        IVoucherClaims.Item[] memory items = model.voucher.items;
        for (uint256 i; i < items.length; ++i) {
            uint256 amount = uint256(items[i].units) * items[i].unitPrice;
            _creditSplit(items[i].contentId, channel.config.provider, amount);
        }
        channel.state.deposit -= _costOf(model);
        channel.state.nextSeq = uint256(model.voucher.seq) + 1;
        _remember(model);
    }

    function _authorization(
        uint256 payerSeed,
        uint256 c,
        uint256 amount,
        bytes32 salt
    ) private view returns (IPaymentChannels.Authorization memory authorization) {
        (authorization.validBeforeSec, authorization.salt) = (type(uint40).max, salt);
        bytes memory terms = abi.encode(
            RECEIVE_WITH_AUTHORIZATION,
            _account(payerSeed),
            address(host),
            amount,
            authorization.validAfterSec,
            authorization.validBeforeSec,
            keccak256(abi.encode(_channels[c].id, salt))
        );
        bytes32 separator = ITestToken(tokens[1]).DOMAIN_SEPARATOR();
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", separator, keccak256(terms)));
        (authorization.v, authorization.r, authorization.s) = VM.sign(
            ACCOUNT_KEY + (payerSeed % ACCOUNTS),
            digest
        );
    }

    /// @dev Whether no withdrawal keeps this payer from adding to the deposit.
    function _mayDeposit(ModelChannel storage channel, address payer) private view returns (bool) {
        return channel.state.withdrawableAtSec == 0 || payer == channel.config.viewer;
    }

    /// @dev Who could add to a deposit while its viewer was leaving is the viewer, and stays.
    function _deposited(ModelChannel storage channel, uint256 amount) private {
        channel.state.deposit += amount;
        channel.state.withdrawableAtSec = 0;
        channel.depositedAtSec = nowSec;
        paidIn[channel.config.token] += amount;
    }
}
