// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamRegistry} from "../interfaces/IStreamRegistry.sol";

/// @title EIP-712 types of what creators, providers and viewers sign.
library TypeHashes {
    bytes32 internal constant PUBLISH = keccak256(
        "Publish(address account,string cid,address token,uint256 pricePerUnit,uint16 providerShareBps,uint8 unit,string name,string metadata,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant SCHEDULE_TERMS = keccak256(
        "ScheduleTerms(address account,bytes32 contentId,uint256 pricePerUnit,uint16 providerShareBps,uint8 unit,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant CANCEL_TERMS = keccak256(
        "CancelTerms(address account,bytes32 contentId,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant RETIRE = keccak256(
        "Retire(address account,bytes32 contentId,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant REGISTER_STREAM = keccak256(
        "RegisterStream(address account,bytes32 contentId,string url,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant UPDATE_STREAM = keccak256(
        "UpdateStream(address account,bytes32 contentId,string url,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant DEREGISTER_STREAM = keccak256(
        "DeregisterStream(address account,bytes32 contentId,uint256 nonce,uint256 deadline)"
    );

    bytes32 internal constant INITIATE_WITHDRAW = keccak256(
        "InitiateWithdraw(address viewer,address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant CANCEL_WITHDRAW = keccak256(
        "CancelWithdraw(address viewer,address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline)"
    );

    bytes32 internal constant VOUCHER = keccak256(
        "Voucher(bytes32 channelId,uint32 epoch,uint32 seq,Item[] items)Item(bytes32 contentId,uint32 units,uint72 unitPrice)"
    );
    bytes32 internal constant ITEM = keccak256("Item(bytes32 contentId,uint32 units,uint72 unitPrice)");

    function publish(
        address account,
        IStreamRegistry.Publication calldata publication,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    PUBLISH,
                    account,
                    keccak256(bytes(publication.cid)),
                    publication.token,
                    publication.pricePerUnit,
                    publication.providerShareBps,
                    publication.unit,
                    keccak256(bytes(publication.name)),
                    keccak256(bytes(publication.metadata)),
                    nonce,
                    deadline
                )
            );
    }
}
