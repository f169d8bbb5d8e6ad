/** What people call this: on the page, in its windows' titles. Packages, protocols and settings are called stream-host. */
export const NAME = 'Pennyreel';
