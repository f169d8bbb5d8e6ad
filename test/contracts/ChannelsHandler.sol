// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {SignedToken} from "../../contracts/mocks/SignedToken.sol";
import {ChannelsWorld} from "./ChannelsWorld.sol";
import {VM} from "./CheatCodes.sol";
import {TermsModel} from "./TermsModel.sol";

/// @title The calls of channels that random sequences are made of, beside those of {StreamHostHandler}.
contract ChannelsHandler is ChannelsWorld {
    using TermsModel for TermsModel.History;

    bytes32 private constant RECEIVE_WITH_AUTHORIZATION = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 private constant SALTS = 4;
    uint256 private constant FIRST_DEPOSIT = 1_000_000;

    mapping(address provider => address delegate) private _delegateOf;
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
        bool expected = channel.isOpen && amount != 0;
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
        SignedToken(tokens[1]).mint(payer, amount);
        IPaymentChannels.Authorization memory authorization = _authorization(payerSeed, c, amount, salt);
        if (redirects) channel = _channels[c ^ 1];
        bytes memory call = abi.encodeCall(
            host.depositWithAuthorization,
            (channel.config, payer, amount, authorization)
        );
        bool expected = channel.isOpen && amount != 0 && !redirects && !_saltUsed[payer][c][salt];
        _do(_account(seed), 0, call, expected);
        if (!expected) return;
        _saltUsed[payer][c][salt] = true;
        _deposited(channel, amount);
    }

    /// @dev Time passes, then a viewer takes the next step out of a channel, or somebody any step.
    function stepOut(uint256 seed, uint256 channelSeed, uint256 step, uint256 laterSec) external {
        nowSec += laterSec % WITHDRAW_DELAY_SEC;
        if (step % 4 == 0) _initiate(seed, channelSeed);
        else if (step % 4 == 1) _cancel(seed, channelSeed);
        else if (_channel(channelSeed).state.withdrawableAtSec == 0) _initiate(seed, channelSeed);
        else _finalize(seed, channelSeed);
    }

    /// @dev Rare, or no channel would live long.
    function release(uint256 seed, uint256 channelSeed) external {
        ModelChannel storage channel = _channel(channelSeed);
        IPaymentChannels.Channel memory config = channel.config;
        address caller = seed % 8 == 0 ? config.provider : config.viewer;
        bytes memory call = abi.encodeCall(
            host.release,
            (config.viewer, config.token, config.authorizer, config.salt)
        );
        bool expected = channel.isOpen && caller == config.provider;
        _do(caller, 0, call, expected);
        if (expected) _givenBack(channel);
    }

    function setClaimDelegate(uint256 seed, uint256 delegateSeed) external {
        _do(_account(seed), 0, abi.encodeCall(host.setClaimDelegate, (_account(delegateSeed))), true);
        _delegateOf[_account(seed)] = _account(delegateSeed);
    }

    /// @dev Two bills, of a channel and of the one beside it or twice of the same; half of the bills are good.
    function claim(
        uint256 seed,
        uint256 channelSeed,
        uint256[2] calldata billSeeds,
        uint256[2] calldata flaws,
        bool beside
    ) external {
        ModelBill[] memory bills = new ModelBill[](2);
        uint256 c = channelSeed % CHANNELS;
        bills[0] = _flawedBill(c, billSeeds[0], flaws[0]);
        bills[1] = _flawedBill(beside ? c ^ 1 : c, billSeeds[1], flaws[1]);
        _claim(_account(seed), bills);
    }

    /// @dev A bill that was paid before, by its provider or with another provider's channel.
    function claimAgain(uint256 seed) external {
        if (paidCount() == 0) return;
        ModelBill[] memory bills = new ModelBill[](1);
        bills[0] = paidBill(seed % paidCount());
        _claim(_channels[bills[0].channel].config.provider, bills);
    }

    /// @dev The provider holds on to a good bill, if the deposit can pay it, instead of claiming it.
    function holdBill(uint256 channelSeed, uint256 billSeed) external {
        uint256 c = channelSeed % CHANNELS;
        ModelBill memory bill = _goodBill(c, billSeed);
        for (uint256 i; i < bill.voucher.items.length; ++i) {
            if (_historyOf[bill.voucher.items[i].contentId].inForce(nowSec).retires) return;
        }
        VM.warp(nowSec);
        _sign(bill, billSeed);
        if (_isPayable(bill)) _hold(bill);
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

    function _initiate(uint256 seed, uint256 channelSeed) private {
        ModelChannel storage channel = _channel(channelSeed);
        bool canLeave = channel.state.deposit != 0 && channel.state.withdrawableAtSec == 0;
        if (_asViewer(host.initiateWithdraw.selector, channel, seed, canLeave)) {
            channel.state.withdrawableAtSec = nowSec + WITHDRAW_DELAY_SEC;
        }
    }

    function _cancel(uint256 seed, uint256 channelSeed) private {
        ModelChannel storage channel = _channel(channelSeed);
        bool isLeaving = channel.state.withdrawableAtSec != 0;
        if (_asViewer(host.cancelWithdraw.selector, channel, seed, isLeaving)) {
            channel.state.withdrawableAtSec = 0;
        }
    }

    function _finalize(uint256 seed, uint256 channelSeed) private {
        ModelChannel storage channel = _channel(channelSeed);
        bool isOver = nowSec >= channel.state.withdrawableAtSec;
        if (_asViewer(host.finalizeWithdraw.selector, channel, seed, isOver)) _givenBack(channel);
    }

    function _claim(address caller, ModelBill[] memory bills) private {
        IPaymentChannels.Channel memory config = _channels[bills[0].channel].config;
        (IVoucherClaims.PricedContent[] memory contents, bytes memory vouchers) = packed(bills);
        bool expected = caller == config.provider || caller == _delegateOf[config.provider];
        for (uint256 b; b < bills.length && expected; ++b) {
            if (!_isPayable(bills[b])) continue;
            _pay(bills[b]);
        }
        bytes memory call = abi.encodeCall(host.claim, (config.provider, config.token, contents, vouchers));
        _do(caller, 0, call, expected);
    }

    function _pay(ModelBill memory bill) private {
        ModelChannel storage channel = _channels[bill.channel];
        IVoucherClaims.Item[] memory items = bill.voucher.items;
        for (uint256 i; i < items.length; ++i) {
            uint256 amount = uint256(items[i].units) * items[i].unitPrice;
            _creditSplit(items[i].contentId, channel.config.provider, amount);
        }
        channel.state.deposit -= _costOf(bill);
        channel.state.nextSeq = uint256(bill.voucher.seq) + 1;
        _remember(bill);
    }

    /// @dev Whether the call came from the viewer, as three of four do, and had to succeed.
    function _asViewer(
        bytes4 selector,
        ModelChannel storage channel,
        uint256 seed,
        bool isPossible
    ) private returns (bool expected) {
        IPaymentChannels.Channel memory config = channel.config;
        address caller = seed % 4 == 0 ? _account(seed >> 2) : config.viewer;
        expected = channel.isOpen && isPossible && caller == config.viewer;
        bytes memory call = abi.encodeWithSelector(
            selector,
            config.provider,
            config.token,
            config.authorizer,
            config.salt
        );
        _do(caller, 0, call, expected);
    }

    function _authorization(
        uint256 payerSeed,
        uint256 c,
        uint256 amount,
        bytes32 salt
    ) private view returns (IPaymentChannels.Authorization memory authorization) {
        bytes32 nonce = keccak256(abi.encode(_channels[c].id, salt));
        address payer = _account(payerSeed);
        uint256 untilSec = type(uint40).max;
        bytes32 structHash = keccak256(
            abi.encode(RECEIVE_WITH_AUTHORIZATION, payer, address(host), amount, 0, untilSec, nonce)
        );
        bytes32 separator = SignedToken(tokens[1]).DOMAIN_SEPARATOR();
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", separator, structHash));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(ACCOUNT_KEY + (payerSeed % ACCOUNTS), digest);
        return IPaymentChannels.Authorization(0, untilSec, salt, v, r, s);
    }

    function _deposited(ModelChannel storage channel, uint256 amount) private {
        channel.state.deposit += amount;
        paidIn[channel.config.token] += amount;
    }

    function _givenBack(ModelChannel storage channel) private {
        credited[channel.config.token][channel.config.viewer] += channel.state.deposit;
        (channel.state.deposit, channel.state.withdrawableAtSec) = (0, 0);
        ++channel.state.epoch;
    }

    function _channel(uint256 seed) private view returns (ModelChannel storage) {
        return _channels[seed % CHANNELS];
    }
}
