// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignedCalls} from "../../contracts/interfaces/ISignedCalls.sol";
import {IClaimDelegates} from "../../contracts/interfaces/IClaimDelegates.sol";
import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {ISignedChannels} from "../../contracts/interfaces/ISignedChannels.sol";
import {ISignedRegistry} from "../../contracts/interfaces/ISignedRegistry.sol";
import {ISplitEscrow} from "../../contracts/interfaces/ISplitEscrow.sol";
import {IStreamHost} from "../../contracts/interfaces/IStreamHost.sol";
import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {VM} from "./CheatCodes.sol";

/// @title The deployed contract as tests call it.
/// @dev Tests name it by its interfaces and deploy what was compiled before: who imports the contract compiles it again.
// solhint-disable-next-line no-empty-blocks
interface IHost is
    IStreamHost,
    IStreamRegistry,
    ISplitEscrow,
    ISignedCalls,
    ISignedRegistry,
    IClaimDelegates,
    IPaymentChannels,
    ISignedChannels,
    IVoucherClaims
{}

error NotDeployed(string name);

function deployHost(uint32 noticeSec, uint32 withdrawDelaySec) returns (IHost) {
    return IHost(deploy("StreamHost.sol:StreamHost", abi.encode(noticeSec, withdrawDelaySec)));
}

/// @dev Deploys the contract named `File.sol:Contract`.
function deploy(string memory name, bytes memory arguments) returns (address deployed) {
    bytes memory creationCode = bytes.concat(VM.getCode(name), arguments);
    assembly {
        deployed := create(0, add(creationCode, 32), mload(creationCode))
    }
    if (deployed == address(0)) revert NotDeployed(name);
}
