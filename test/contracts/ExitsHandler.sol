// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelsWorld} from "./ChannelsWorld.sol";
import {TermsModel} from "./TermsModel.sol";

/// @title The ways out of channels that random sequences take, by the viewer, its signature or the provider, and what a
/// provider's delegate does besides claiming.
abstract contract ExitsHandler is ChannelsWorld {
    using TermsModel for TermsModel.History;

    bytes32 private constant REGISTER_STREAM = keccak256(
        "RegisterStream(address account,bytes32 contentId,string url,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant INITIATE = keccak256(
        "InitiateWithdraw(address viewer,address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant CANCEL = keccak256(
        "CancelWithdraw(address viewer,address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline)"
    );

    mapping(address provider => address delegate) private _delegateOf;

    /// @dev Time passes, then a viewer takes the next step out of a channel, or somebody any step.
    function stepOut(uint256 seed, uint256 channelSeed, uint256 step, uint256 laterSec) external {
        nowSec += laterSec % WITHDRAW_DELAY_SEC;
        if (step % 5 == 0) _initiate(seed, channelSeed);
        else if (step % 5 == 1) _cancel(seed, channelSeed);
        else if (step % 5 == 2) _stepOutBySig(seed, _channel(channelSeed), step);
        else if (_channel(channelSeed).state.withdrawableAtSec == 0) _initiate(seed, channelSeed);
        else _finalize(seed, channelSeed);
    }

    /// @dev Rare, or no channel would live long.
    function release(uint256 seed, uint256 channelSeed) external {
        ModelChannel storage channel = _channel(channelSeed);
        IPaymentChannels.Channel memory config = channel.config;
        address caller = seed % 8 == 0 ? config.provider : config.viewer;
        if (seed % 16 == 1) caller = _delegateOf[config.provider];
        bool expected = channel.isOpen && _worksFor(caller, config.provider);
        _do(caller, 0, abi.encodeCall(host.release, (config)), expected);
        if (expected) _givenBack(channel);
    }

    /// @dev Anybody submits a stream that a provider, its delegate or somebody else signed.
    function registerStreamBySig(
        uint256 seed,
        uint256 providerSeed,
        uint256 signerSeed,
        uint256 contentSeed
    ) external {
        (address provider, bytes32 contentId) = (_account(providerSeed), _content(contentSeed));
        uint256 counter = seed % COUNTERS;
        bytes32 structHash = keccak256(
            abi.encode(REGISTER_STREAM, provider, contentId, keccak256("url"), _nonceOf(counter), nowSec)
        );
        bytes memory signature = _signAs(signerSeed, structHash);
        bool expected = _worksFor(_account(signerSeed), provider) && !_counterUsed[provider][counter];
        expected =
            expected &&
            !_serves[contentId][provider] &&
            !_historyOf[contentId].inForce(nowSec).retires;
        bytes memory call = abi.encodeCall(
            host.registerStreamBySig,
            (provider, contentId, "url", _nonceOf(counter), nowSec, signature)
        );
        _do(_account(seed >> 8), 0, call, expected);
        if (!expected) return;
        _serves[contentId][provider] = true;
        _counterUsed[provider][counter] = true;
    }

    function setClaimDelegate(uint256 seed, uint256 delegateSeed) external {
        _do(_account(seed), 0, abi.encodeCall(host.setClaimDelegate, (_account(delegateSeed))), true);
        _delegateOf[_account(seed)] = _account(delegateSeed);
    }

    /// @dev What the channel's viewer signs to leave it.
    function signExit(
        IPaymentChannels.Channel calldata config,
        uint256 nonce
    ) external view returns (uint256 deadline, bytes memory signature) {
        deadline = nowSec;
        bytes32 structHash = keccak256(abi.encode(INITIATE, config, nonce, deadline));
        signature = _signAs(_seedOf(config.viewer), structHash);
    }

    function _worksFor(address account, address provider) internal view returns (bool) {
        return account == provider || account == _delegateOf[provider];
    }

    function _givenBack(ModelChannel storage channel) internal {
        credited[channel.config.token][channel.config.viewer] += channel.state.deposit;
        (channel.state.deposit, channel.state.withdrawableAtSec) = (0, 0);
        ++channel.state.epoch;
    }

    function _channel(uint256 seed) internal view returns (ModelChannel storage) {
        return _channels[seed % CHANNELS];
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

    /// @dev By anybody.
    function _finalize(uint256 seed, uint256 channelSeed) private {
        ModelChannel storage channel = _channel(channelSeed);
        bool expected = nowSec >= channel.state.withdrawableAtSec;
        _do(_account(seed), 0, abi.encodeCall(host.finalizeWithdraw, (channel.config)), expected);
        if (expected) _givenBack(channel);
    }

    /// @dev Anybody submits a step in or out that the viewer, as three of four, or somebody else signed.
    function _stepOutBySig(uint256 seed, ModelChannel storage channel, uint256 step) private {
        bool isLeaving = channel.state.withdrawableAtSec != 0;
        bool cancels = step % 2 == 0;
        uint256 counter = seed % COUNTERS;
        uint256 signerSeed = _seedOf(channel.config.viewer) + ((step >> 3) % 4 == 3 ? 1 : 0);
        bytes32 structHash = keccak256(
            abi.encode(cancels ? CANCEL : INITIATE, channel.config, _nonceOf(counter), nowSec)
        );
        bytes memory signature = _signAs(signerSeed, structHash);
        bool isPossible = cancels ? isLeaving : !isLeaving && channel.state.deposit != 0;
        bool expected = channel.isOpen && isPossible && _account(signerSeed) == channel.config.viewer;
        expected = expected && !_counterUsed[channel.config.viewer][counter];
        bytes memory call = abi.encodeWithSelector(
            cancels ? host.cancelWithdrawBySig.selector : host.initiateWithdrawBySig.selector,
            channel.config,
            _nonceOf(counter),
            nowSec,
            signature
        );
        _do(_account(seed >> 8), 0, call, expected);
        if (!expected) return;
        channel.state.withdrawableAtSec = cancels ? 0 : nowSec + WITHDRAW_DELAY_SEC;
        _counterUsed[channel.config.viewer][counter] = true;
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
}
