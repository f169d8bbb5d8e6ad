// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ContentRegistry} from "../../contracts/ContentRegistry.sol";
import {PaymentChannels} from "../../contracts/PaymentChannels.sol";
import {SignedChannels} from "../../contracts/SignedChannels.sol";
import {SignedRegistry} from "../../contracts/SignedRegistry.sol";
import {PlainVoucherClaims} from "./PlainVoucherClaims.sol";

/// @title The contract as far as claims need it, with plain claims.
contract PlainStreamHost is SignedRegistry, SignedChannels, PlainVoucherClaims, Multicall {
    constructor(
        uint32 noticeSec_,
        uint32 withdrawDelaySec_
    ) ContentRegistry(noticeSec_, withdrawDelaySec_) PaymentChannels(withdrawDelaySec_) {}
}
