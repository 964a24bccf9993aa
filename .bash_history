PS1='ready> '; clear; /usr/bin/node /work/main/node_modules/.cache/framewise-screens/test/support/fake-app.js
fg
exit
