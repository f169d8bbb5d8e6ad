// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ISplitEscrow} from "./interfaces/ISplitEscrow.sol";

/// @title Implements {ISplitEscrow}.
abstract contract SplitEscrow is ISplitEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 internal constant FULL_SHARE_BPS = 10_000;

    mapping(address account => uint256 amount) internal _nativeCredits;
    mapping(address token => mapping(address account => uint256 amount)) private _tokenCredits;

    /// @dev What the token moves here must be exactly `amount`. Stands after `nonReentrant`, so that nothing which moves
    /// money can run, from a hook of the token, between the two looks at the balance: neither a second payment, which
    /// would count for both, nor a withdrawal, which would make this one fail.
    modifier receiving(IERC20 token, uint256 amount) {
        uint256 before = token.balanceOf(address(this));
        _;
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert TransferMismatch(address(token), amount, received);
    }

    /// @inheritdoc ISplitEscrow
    function permit(
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        LowLevelCall.callNoReturn(
            token,
            abi.encodeCall(IERC20Permit.permit, (msg.sender, address(this), amount, deadline, v, r, s))
        );
    }

    /// @inheritdoc ISplitEscrow
    function withdraw(address token) external returns (uint256 amount) {
        return _withdraw(msg.sender, token, msg.sender);
    }

    /// @inheritdoc ISplitEscrow
    function withdrawTo(address token, address to) external returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert RecipientInvalid(to);
        return _withdraw(msg.sender, token, to);
    }

    /// @inheritdoc ISplitEscrow
    function withdrawFor(address account, address token) external returns (uint256 amount) {
        return _withdraw(account, token, account);
    }

    /// @inheritdoc ISplitEscrow
    function credits(address account, address token) external view returns (uint256 amount) {
        return _book(token)[account];
    }

    /// @dev The credits in one coin. The native coin has a book of its own, which is cheaper to reach.
    function _book(address token) internal view returns (mapping(address account => uint256 amount) storage) {
        if (token == address(0)) return _nativeCredits;
        return _tokenCredits[token];
    }

    /// @dev Rounds the provider's share down; the creator gets the remainder. `amount` is below 2^240.
    function _split(
        uint256 amount,
        uint256 providerShareBps
    ) internal pure returns (uint256 creatorAmount, uint256 providerAmount) {
        // 2^240 × 10,000 is below 2^256, and the provider's part is at most the whole.
        unchecked {
            providerAmount = (amount * providerShareBps) / FULL_SHARE_BPS;
            creatorAmount = amount - providerAmount;
        }
    }

    /// @dev Takes `amount` from the caller. Whoever calls this has credited it already: it comes last.
    function _take(address token, uint256 amount) internal {
        if (token != address(0)) _pull(IERC20(token), amount);
        else if (msg.value != amount) revert WrongAmount(amount);
    }

    function _pull(IERC20 token, uint256 amount) internal nonReentrant receiving(token, amount) {
        if (msg.value != 0) revert ValueNotAccepted(msg.value);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _withdraw(
        address account,
        address token,
        address to
    ) private nonReentrant returns (uint256 amount) {
        mapping(address account => uint256) storage book = _book(token);
        amount = book[account];
        if (amount == 0) return 0;
        book[account] = 0;
        emit Withdrawn(account, token, to, amount);
        if (token != address(0)) IERC20(token).safeTransfer(to, amount);
        else if (!LowLevelCall.callNoReturn(to, amount, "")) revert RecipientRejected(to);
    }
}
