// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ClaimDelegates} from "./ClaimDelegates.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {PackedChannel, PackedChannels} from "./libraries/PackedChannel.sol";
import {SplitEscrow} from "./SplitEscrow.sol";

/// @title Implements {IPaymentChannels}.
abstract contract PaymentChannels is IPaymentChannels, SplitEscrow, ClaimDelegates {
    /// @dev What a channel holds, where one can point to it.
    struct ChannelSlot {
        PackedChannel channel;
    }

    uint256 private immutable _withdrawDelaySec;

    /// @dev A channel's word stands under all that a claim must match: who is paid, in which coin, on which voucher, by
    /// whose signature. What is wrong in any of them leads to an empty word, so the configuration need not be stored.
    /// The authorizer is a number here: the compiler would clear the upper bits of an address in every claim.
    mapping(address provider => mapping(address token => mapping(bytes32 channelId => mapping(uint256 authorizer => ChannelSlot))))
        internal _channels;

    constructor(uint32 withdrawDelaySec_) {
        _withdrawDelaySec = withdrawDelaySec_;
    }

    /// @inheritdoc IPaymentChannels
    function open(
        address provider,
        address token,
        address authorizer,
        bytes32 salt,
        uint256 amount
    ) external payable returns (bytes32 channelId) {
        channelId = _open(Channel(msg.sender, provider, token, authorizer, salt), amount);
        _take(token, amount);
    }

    /// @inheritdoc IPaymentChannels
    function openWithAuthorization(
        Channel calldata channel,
        uint256 amount,
        Authorization calldata authorization
    ) external returns (bytes32 channelId) {
        channelId = _open(channel, amount);
        _takeWithAuthorization(IERC20(channel.token), channel.viewer, amount, channelId, authorization);
    }

    /// @inheritdoc IPaymentChannels
    function deposit(Channel calldata channel, uint256 amount) external payable {
        _deposit(channel, msg.sender, amount);
        _take(channel.token, amount);
    }

    /// @inheritdoc IPaymentChannels
    function depositWithAuthorization(
        Channel calldata channel,
        address payer,
        uint256 amount,
        Authorization calldata authorization
    ) external {
        bytes32 channelId = _deposit(channel, payer, amount);
        _takeWithAuthorization(IERC20(channel.token), payer, amount, channelId, authorization);
    }

    /// @inheritdoc IPaymentChannels
    function initiateWithdraw(address provider, address token, address authorizer, bytes32 salt) external {
        _initiateWithdraw(Channel(msg.sender, provider, token, authorizer, salt));
    }

    /// @inheritdoc IPaymentChannels
    function cancelWithdraw(address provider, address token, address authorizer, bytes32 salt) external {
        _cancelWithdraw(Channel(msg.sender, provider, token, authorizer, salt));
    }

    /// @inheritdoc IPaymentChannels
    function finalizeWithdraw(Channel calldata channel) external {
        (bytes32 channelId, ChannelSlot storage slot) = _opened(channel);
        uint256 withdrawableAtSec = slot.channel.withdrawableAtSec();
        if (withdrawableAtSec == 0) revert WithdrawNotInitiated(channelId);
        if (block.timestamp < withdrawableAtSec) revert WithdrawTooEarly(channelId, withdrawableAtSec);
        (uint256 amount, uint256 epoch) = _giveBack(slot, channel.viewer, channel.token);
        emit WithdrawFinalized(channelId, amount, epoch);
    }

    /// @inheritdoc IPaymentChannels
    function release(Channel calldata channel) external {
        _requireClaimer(channel.provider);
        (bytes32 channelId, ChannelSlot storage slot) = _opened(channel);
        (uint256 amount, uint256 epoch) = _giveBack(slot, channel.viewer, channel.token);
        emit ChannelReleased(channelId, amount, epoch);
    }

    /// @inheritdoc IPaymentChannels
    function channelIdOf(Channel calldata channel) external pure returns (bytes32 channelId) {
        return _channelIdOf(channel);
    }

    /// @inheritdoc IPaymentChannels
    function channelOf(Channel calldata channel) external view returns (ChannelState memory state) {
        (, ChannelSlot storage slot) = _find(channel);
        state.deposit = slot.channel.deposit();
        state.epoch = slot.channel.epoch();
        state.nextSeq = slot.channel.nextSeq();
        state.withdrawableAtSec = slot.channel.withdrawableAtSec();
    }

    function _open(Channel memory channel, uint256 amount) private returns (bytes32 channelId) {
        address provider = channel.provider;
        if (provider == address(0) || provider == address(this)) revert ProviderInvalid(provider);
        if (channel.authorizer == address(0)) revert AuthorizerZero();
        ChannelSlot storage slot;
        (channelId, slot) = _find(channel);
        if (slot.channel.epoch() != 0) revert ChannelExists(channelId);
        slot.channel = PackedChannels.OPENED;
        emit ChannelOpened(
            channelId,
            channel.viewer,
            provider,
            channel.token,
            channel.authorizer,
            channel.salt
        );
        _deposit(channel, channel.viewer, amount);
    }

    function _deposit(
        Channel memory channel,
        address payer,
        uint256 amount
    ) private returns (bytes32 channelId) {
        ChannelSlot storage slot;
        (channelId, slot) = _opened(channel);
        if (amount == 0) revert DepositZero();
        if (slot.channel.withdrawableAtSec() != 0) {
            if (payer != channel.viewer) revert WithdrawInProgress(channelId);
            _stay(slot, channelId);
        }
        if (amount > type(uint128).max - slot.channel.deposit()) revert DepositTooLarge(amount);
        slot.channel = slot.channel.plusDeposit(amount);
        emit Deposited(channelId, payer, amount);
    }

    function _initiateWithdraw(Channel memory channel) internal {
        (bytes32 channelId, ChannelSlot storage slot) = _opened(channel);
        if (slot.channel.withdrawableAtSec() != 0) revert WithdrawInProgress(channelId);
        if (slot.channel.deposit() == 0) revert ChannelEmpty(channelId);
        uint256 withdrawableAtSec = block.timestamp + _withdrawDelaySec;
        slot.channel = slot.channel.withdrawableAt(withdrawableAtSec);
        emit WithdrawInitiated(channelId, withdrawableAtSec);
    }

    function _cancelWithdraw(Channel memory channel) internal {
        (bytes32 channelId, ChannelSlot storage slot) = _opened(channel);
        if (slot.channel.withdrawableAtSec() == 0) revert WithdrawNotInitiated(channelId);
        _stay(slot, channelId);
    }

    /// @dev Ends the withdrawal in progress, and leaves the deposit where it is.
    function _stay(ChannelSlot storage slot, bytes32 channelId) private {
        slot.channel = slot.channel.withdrawableAt(0);
        emit WithdrawCancelled(channelId);
    }

    /// @dev Makes the deposit the viewer's credit. No voucher signed before counts any more; their numbers stay used.
    function _giveBack(
        ChannelSlot storage slot,
        address viewer,
        address token
    ) private returns (uint256 amount, uint256 epoch) {
        amount = slot.channel.deposit();
        slot.channel = slot.channel.givenBack();
        epoch = slot.channel.epoch();
        _book(token)[viewer] += amount;
    }

    /// @dev Takes `amount` from `payer`, who signed that it is for this channel.
    function _takeWithAuthorization(
        IERC20 token,
        address payer,
        uint256 amount,
        bytes32 channelId,
        Authorization calldata authorization
    ) private nonReentrant receiving(token, amount) {
        IERC3009(address(token)).receiveWithAuthorization(
            payer,
            address(this),
            amount,
            authorization.validAfterSec,
            authorization.validBeforeSec,
            keccak256(abi.encode(channelId, authorization.salt)),
            authorization.v,
            authorization.r,
            authorization.s
        );
    }

    function _opened(
        Channel memory channel
    ) private view returns (bytes32 channelId, ChannelSlot storage slot) {
        (channelId, slot) = _find(channel);
        if (slot.channel.epoch() == 0) revert ChannelUnknown(channelId);
    }

    function _find(
        Channel memory channel
    ) private view returns (bytes32 channelId, ChannelSlot storage slot) {
        channelId = _channelIdOf(channel);
        slot = _channels[channel.provider][channel.token][channelId][uint160(channel.authorizer)];
    }

    function _channelIdOf(Channel memory channel) private pure returns (bytes32) {
        return keccak256(abi.encode(channel));
    }
}
