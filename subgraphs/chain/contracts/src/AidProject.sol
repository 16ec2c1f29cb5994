// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// What a project asks of its creator while it is being constructed.
interface IAidProjectFactory {
    function underConstruction() external view returns (bytes16 projectId, uint256 budgetMinor, address admin);
}

/// The public record of one aid project: its budget, and each funding that was recorded against it. It holds no tokens and names
/// no person. Amounts are in the minor unit of the project's currency.
contract AidProject is AccessControl, Pausable {
    bytes32 public constant RECORDER_ROLE = keccak256("RECORDER_ROLE");
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// The UUID of the project, as its 16 bytes.
    bytes16 public immutable projectId;
    uint256 public budgetMinor;
    uint256 public fundedMinor;
    /// Whether a reference was used: one payment is recorded once, however often its sender repeats itself.
    mapping(bytes32 ref => bool) public isRecorded;

    event BudgetSet(uint256 budgetMinor);
    event Funded(bytes32 indexed ref, uint256 amountMinor, uint256 fundedMinor);

    error NothingToRecord();
    error AlreadyRecorded(bytes32 ref);
    error OverBudget(uint256 amountMinor, uint256 availableMinor);
    error BudgetBelowFunded(uint256 budgetMinor, uint256 fundedMinor);

    /// Takes no arguments, so that all projects share one init code and the address depends on the project id alone.
    constructor() {
        (bytes16 id, uint256 budget, address admin) = IAidProjectFactory(msg.sender).underConstruction();
        projectId = id;
        budgetMinor = budget;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(RECORDER_ROLE, admin);
        _grantRole(PAUSER_ROLE, admin);
        emit BudgetSet(budget);
    }

    /// Records that the project received `amountMinor`; `ref` names the payment and can be used once.
    function recordFunding(uint256 amountMinor, bytes32 ref) external onlyRole(RECORDER_ROLE) whenNotPaused {
        if (amountMinor == 0) revert NothingToRecord();
        if (isRecorded[ref]) revert AlreadyRecorded(ref);
        uint256 available = budgetMinor - fundedMinor;
        if (amountMinor > available) revert OverBudget(amountMinor, available);
        isRecorded[ref] = true;
        fundedMinor += amountMinor;
        emit Funded(ref, amountMinor, fundedMinor);
    }

    /// Changes the budget; never below what was recorded already.
    function setBudget(uint256 newBudgetMinor) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (newBudgetMinor < fundedMinor) revert BudgetBelowFunded(newBudgetMinor, fundedMinor);
        budgetMinor = newBudgetMinor;
        emit BudgetSet(newBudgetMinor);
    }

    /// Stops recording at once. Many may hold this role: it cannot do harm.
    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    /// Goes on. Only the administrator decides that.
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }
}
