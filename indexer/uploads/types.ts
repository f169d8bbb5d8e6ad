/** What may be uploaded in a day, whatever becomes of it. */
export interface DayQuota {
  /** By one client. */
  clientDayBytes: number;
  clientDayUploads: number;
  /** By all together, to where the operator's key pays for it. */
  chainDayBytes: number;
}
