@rem As in sh, where it is built in: the scripts in package.json begin with it, so that no shell waits between npm and them.
@%*
